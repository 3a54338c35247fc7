/** Which addresses are addresses on Stellar: accounts (G), muxed accounts (M) and contracts (C). */
import { StrKey } from '@stellar/stellar-sdk/base';
import { type AddressChecker, checkMemo, fine, unusedPart, wrong } from '../../../core/rails/address.ts';

export const stellarAddresses: AddressChecker = {
  rail: 'stellar',
  check(parts) {
    const unused = unusedPart(parts, ['memo']);
    if (unused) return unused;
    const { address, memo } = parts;
    if (StrKey.isValidMed25519PublicKey(address)) {
      // The muxed address says already whose the payment is; a memo could only contradict it.
      return memo === null ? fine : wrong('memo', 'A muxed address (M…) names the receiver itself and takes no memo.');
    }
    if (StrKey.isValidContract(address)) {
      return memo === null ? fine : wrong('memo', 'A contract (C…) is paid by a call, which carries no memo.');
    }
    if (StrKey.isValidEd25519SecretSeed(address)) {
      return wrong('address', 'That is a secret key. Whoever has it can spend; give the address (G…) instead.');
    }
    if (!StrKey.isValidEd25519PublicKey(address)) {
      return wrong('address', 'That is no Stellar address: its checksum or length is not right.');
    }
    return memo === null ? fine : checkMemo(memo);
  },
};

/** An account's own address (G…), which is its key as well. */
export function isAccountAddress(text: string): boolean {
  return StrKey.isValidEd25519PublicKey(text);
}

/** An account's address from the raw bytes of its public key, as a device tells it; and back. */
export function accountAddress(publicKeyHex: string): string {
  return StrKey.encodeEd25519PublicKey(Buffer.from(publicKeyHex, 'hex'));
}

export function publicKeyHexOf(address: string): string {
  return Buffer.from(StrKey.decodeEd25519PublicKey(address)).toString('hex');
}
