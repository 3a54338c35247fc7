import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChange, forbidChangeOf, statement } from './ddl.ts';

/** Transactions that the treasury builds, has signed and submits itself, and the payouts in them. */
export const migration: Migration = {
  number: 19,
  name: 'stellar',
  async up(tx) {
    await createTable(
      tx,
      'chain_transactions',
      `id text primary key,
       network text not null,
       source text not null,
       sequence bigint not null check (sequence > 0),
       hash text not null unique,
       mode text not null check (mode in ('build_only', 'signers', 'hot_key')),
       state text not null check (state in ('built', 'signed', 'submitted', 'confirmed', 'failed', 'expired')),
       version bigint not null check (version > 0),
       envelope text not null,
       signed_envelope text,
       authority text not null,
       payments bigint not null check (payments > 0),
       fee_minor bigint not null check (fee_minor > 0),
       max_time_s bigint not null check (max_time_s > 0),
       ledger_before bigint not null check (ledger_before >= 0),
       handed_out_at_ms bigint,
       submissions bigint not null check (submissions >= 0),
       ledger bigint,
       fee_charged_minor bigint check (fee_charged_minor >= 0),
       words text,
       built_by text not null,
       built_at_ms bigint not null,
       signed_at_ms bigint,
       submitted_at_ms bigint,
       ended_at_ms bigint,
       check (state not in ('signed', 'submitted') or (signed_envelope is not null and signed_at_ms is not null)),
       check (state <> 'submitted' or submissions > 0),
       check ((submissions > 0) = (submitted_at_ms is not null)),
       check ((state in ('confirmed', 'failed', 'expired')) = (ended_at_ms is not null)),
       check ((state in ('confirmed', 'failed')) = (ledger is not null))`,
    );
    // Each payment of a transaction is one attempt of one payout; an attempt is in one transaction for ever.
    await createTable(
      tx,
      'chain_payments',
      `transaction_id text not null references chain_transactions (id),
       position bigint not null check (position between 0 and 99),
       payout_id text not null references payouts (id),
       attempt_id text not null unique references payout_attempts (id),
       primary key (transaction_id, position)`,
      { clustered: true },
    );
    await createTable(
      tx,
      'chain_bumps',
      `hash text primary key,
       transaction_id text not null references chain_transactions (id),
       fee_source text not null,
       fee_minor bigint not null check (fee_minor > 0),
       envelope text not null,
       built_at_ms bigint not null`,
    );
    for (const index of [
      // One under way for each account: the next takes its number only when the last has ended.
      `create unique index chain_transactions_under_way on chain_transactions (network, source)
         where state in ('built', 'signed', 'submitted')`,
      'create index chain_transactions_by_time on chain_transactions (built_at_ms)',
      'create index chain_payments_by_payout on chain_payments (payout_id)',
      'create index chain_bumps_by_transaction on chain_bumps (transaction_id)',
    ]) {
      await statement(tx, index);
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
      'max_time_s',
      'ledger_before',
      'built_by',
      'built_at_ms',
    ]);
    for (const table of ['chain_payments', 'chain_bumps']) await forbidChange(tx, table);
  },
};
