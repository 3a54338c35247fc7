import type { Migration } from '../core/store/migration.ts';
import type { Tx } from '../core/store/tx.ts';
import { addColumn, forbidChangeOf, statement } from './ddl.ts';

/** Which contract pays a payout, and what one call for many of them needs and may cost. */
export const migration: Migration = {
  number: 21,
  name: 'contract-calls',
  async up(tx) {
    await addColumn(tx, 'payouts', `call_terms text check ((method = 'contract_call') = (call_terms is not null))`);
    await addColumn(
      tx,
      'chain_transactions',
      'resource_fee_minor bigint not null default 0 check (resource_fee_minor >= 0 and resource_fee_minor < fee_minor)',
    );
    await addColumn(tx, 'chain_transactions', 'call_terms text');
    await addColumn(
      tx,
      'chain_transactions',
      'simulated_at_ms bigint check ((call_terms is not null) = (simulated_at_ms is not null))',
    );
    await keepWhatItBeganWith(tx);
  },
};

/** The guard of the columns there were, with the new ones that never change. */
async function keepWhatItBeganWith(tx: Tx): Promise<void> {
  const on = tx.dialect === 'postgres' ? ' on chain_transactions' : '';
  for (const trigger of ['chain_transactions_kept', 'chain_transactions_no_delete']) {
    await statement(tx, `drop trigger ${trigger}${on}`);
  }
  await forbidChangeOf(tx, 'chain_transactions', [
    'id',
    'network',
    'source',
    'sequence',
    'hash',
    'mode',
    'envelope',
    'authority',
    'payments',
    'fee_minor',
    'resource_fee_minor',
    'call_terms',
    'max_time_s',
    'ledger_before',
    'built_by',
    'built_at_ms',
  ]);
}
