/** Whether enough of the right people signed. */
import { createPublicKey, verify } from 'node:crypto';
import { StrKey, type Transaction, type xdr } from '@stellar/stellar-sdk';
import { type AnyOperation, sourceOf } from './operations.ts';
import type { Account, World } from './world.ts';

type Level = 'low' | 'medium' | 'high';

/** What stands before the 32 bytes of an Ed25519 key where a system reads keys. */
const KEY_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** One transaction's signatures, and which of them were of use. */
export class Signatures {
  readonly #hash: Uint8Array;
  readonly #signatures: readonly xdr.DecoratedSignature[];
  readonly #used = new Set<number>();

  constructor(hash: Uint8Array, signatures: readonly xdr.DecoratedSignature[]) {
    this.#hash = hash;
    this.#signatures = signatures;
  }

  /** Whether the signers of this account reach the weight it asks for at this level. */
  reach(account: Account, level: Level): boolean {
    const signers = new Map([[account.id, account.thresholds.master], ...account.signers]);
    let weight = 0;
    let any = false;
    for (const [key, its] of signers) {
      if (its === 0 || !StrKey.isValidEd25519PublicKey(key)) continue;
      const index = this.#signatures.findIndex((signature) => this.#isBy(key, signature));
      if (index < 0) continue;
      this.#used.add(index);
      any = true;
      weight += its;
    }
    return any && weight >= account.thresholds[level];
  }

  allUsed(): boolean {
    return this.#used.size === this.#signatures.length;
  }

  /**
   * By the system's own arithmetic: a network that begins again reads each transaction it ever took,
   * and whoever waits for the vault to open waits for that.
   */
  #isBy(key: string, { hint, signature }: xdr.DecoratedSignature): boolean {
    const raw = Buffer.from(StrKey.decodeEd25519PublicKey(key));
    if (!raw.subarray(-4).equals(Buffer.from(hint.toBytes()))) return false;
    const publicKey = createPublicKey({ key: Buffer.concat([KEY_PREFIX, raw]), format: 'der', type: 'spki' });
    return verify(null, this.#hash, publicKey, signature.toBytes());
  }
}

export function levelOf(operation: AnyOperation): Level {
  switch (operation.type) {
    case 'bumpSequence':
    case 'claimClaimableBalance':
    case 'setTrustLineFlags':
      return 'low';
    case 'setOptions': {
      const { masterWeight, lowThreshold, medThreshold, highThreshold, signer } = operation;
      const all = [masterWeight, lowThreshold, medThreshold, highThreshold, signer];
      return all.some((value) => value !== undefined) ? 'high' : 'medium';
    }
    default:
      return 'medium';
  }
}

/** For each operation whether its source's signers allow it; null where its account does not exist. */
export function operationsAllowed(
  world: World,
  transaction: Transaction,
  signatures: Signatures,
): readonly (boolean | null)[] {
  return transaction.operations.map((operation) => {
    const account = world.accounts.get(sourceOf(operation, transaction.source));
    return account ? signatures.reach(account, levelOf(operation)) : null;
  });
}
