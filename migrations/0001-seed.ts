import { sql } from 'kysely';
import type { Tx } from '../core/store/tx.ts';

/**
 * What every vault begins with: the common currencies and an empty audit chain. System accounts
 * of an asset are opened with the asset's first use, by name, so adding an asset is adding data.
 */
export async function seedLedger(tx: Tx): Promise<void> {
  await tx.run(sql`
    insert into assets (id, code, scale, network, issuer, minimum_payout_minor) values
      ('iso:USD', 'USD', 2, null, null, 100),
      ('iso:EUR', 'EUR', 2, null, null, 100),
      ('credit:micro', 'CREDIT', 6, null, null, 1)`);
  await tx.run(sql`insert into audit_head (one, size, hash, at_ms) values (1, 0, ${'0'.repeat(64)}, 0)`);
  if (tx.dialect === 'postgres') {
    await tx.run(sql.raw('create sequence account_ids'));
    await tx.run(sql.raw('create sequence ledger_transaction_ids'));
    await tx.run(sql.raw('create sequence outbox_seqs'));
  }
}
