import type { Migration } from '../core/store/migration.ts';
import { addColumn, forbidChangeOf, statement } from './ddl.ts';

/**
 * What each attempt was made with: its payout may be edited after it has ended, and what a provider
 * or a ledger says of the attempt is judged by what was asked for then.
 */
export const migration: Migration = {
  number: 28,
  name: 'attempt-terms',
  async up(tx) {
    for (const column of ['asset_id text', 'amount_minor bigint', 'address text']) {
      await addColumn(tx, 'payout_attempts', column);
    }
    // What was set aside before it is what it was made with. One that was found in a history knows no more than its payout.
    // To whom it went was kept nowhere: of a payout that was edited since, nobody can tell.
    const escrow = (column: string) => `(
      select ${column} from ledger_transactions t
      join ledger_postings p on p.transaction_id = t.id join accounts c on c.id = p.account_id
      where t.payout_id = payout_attempts.payout_id and t.kind = 'escrow' and p.amount_minor > 0
        and t.recorded_at_ms <= payout_attempts.created_at_ms
      order by t.id desc limit 1)`;
    const today = (column: string) => `(select ${column} from payouts o where o.id = payout_attempts.payout_id)`;
    const address = tx.dialect === 'postgres' ? `o.destination::json ->> 'address'` : `o.destination ->> '$.address'`;
    await statement(
      tx,
      `update payout_attempts set
         asset_id = coalesce(${escrow('c.asset_id')}, ${today('o.asset_id')}),
         amount_minor = coalesce(${escrow('p.amount_minor')}, ${today('o.amount_minor')}),
         address = ${today(`case when o.revision = 1 then ${address} end`)}`,
    );
    await forbidChangeOf(tx, 'payout_attempts', ['payout_id', 'number', 'key', 'asset_id', 'amount_minor', 'address']);
  },
};
