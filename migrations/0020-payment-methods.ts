import type { Migration } from '../core/store/migration.ts';
import { addColumn } from './ddl.ts';

/** The way in which a payout is paid, and what becomes of balances that are left to be claimed. */
export const migration: Migration = {
  number: 20,
  name: 'payment-methods',
  async up(tx) {
    await addColumn(
      tx,
      'payouts',
      `method text not null default 'payment'
         check (method in ('payment', 'create_account', 'claimable_balance', 'contract_call'))`,
    );
    await addColumn(
      tx,
      'payouts',
      `reclaim_after_s bigint
         check ((method = 'claimable_balance') = (reclaim_after_s is not null) and (reclaim_after_s is null or reclaim_after_s > 0))`,
    );
  },
};
