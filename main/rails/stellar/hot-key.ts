/** Signs with keys that this program holds: those of them that may sign for the account now. */
import { Keypair, TransactionBuilder } from '@stellar/stellar-sdk';
import type { HotSigner } from '../../../core/payouts/chain/hot-key.ts';
import { weightToPay } from '../../../core/rails/chain.ts';

/** Newest first: while one key takes another's place on the account, whichever may sign does. */
export function hotSigner(secrets: readonly string[], networkPassphrase: string): HotSigner {
  const pairs = secrets.map((secret) => Keypair.fromSecret(secret));
  return {
    sign(envelope, { signers, thresholds }) {
      const transaction = TransactionBuilder.fromXDR(envelope, networkPassphrase);
      const needed = weightToPay({ thresholds });
      let weight = 0;
      for (const pair of pairs) {
        const own = signers.find(({ key }) => key === pair.publicKey())?.weight ?? 0;
        // One signature too many, and the network refuses all of them.
        if (own === 0 || weight >= needed) continue;
        transaction.sign(pair);
        weight += own;
      }
      return weight >= needed ? transaction.toEnvelope().toXDR('base64') : null;
    },
  };
}

export function hotKeyAddress(secret: string): string {
  return Keypair.fromSecret(secret).publicKey();
}
