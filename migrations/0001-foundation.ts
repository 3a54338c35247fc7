import type { Migration } from '../core/store/migration.ts';
import { seedLedger } from './0001-seed.ts';
import { createTable, forbidChange, statement } from './ddl.ts';

/** The first vault: who is on staff, who is paid, what was asked for, what moved, and the proof. */
export const migration: Migration = {
  number: 1,
  name: 'foundation',
  async up(tx) {
    await createTable(
      tx,
      'vault',
      `one bigint primary key check (one = 1),
       id text not null,
       name text not null,
       network text not null check (network in ('sandbox', 'live')),
       created_at_ms bigint not null,
       generation bigint not null,
       fenced_at_ms bigint,
       fence_reason text`,
    );

    await createTable(
      tx,
      'staff',
      `id text primary key,
       name text not null,
       name_key text not null unique,
       status text not null check (status in ('active', 'left')),
       public_key text not null unique,
       sealed_private_key text not null,
       kdf text not null,
       sign_in_verifier text not null,
       created_at_ms bigint not null,
       left_at_ms bigint`,
    );
    await createTable(
      tx,
      'staff_roles',
      `staff_id text not null references staff (id),
       role text not null check (role in ('operator', 'approver', 'signer', 'controller', 'auditor', 'admin')),
       granted_at_ms bigint not null,
       granted_by text not null,
       revoked_at_ms bigint,
       primary key (staff_id, role, granted_at_ms)`,
    );

    await createTable(
      tx,
      'assets',
      `id text primary key,
       code text not null,
       scale bigint not null check (scale between 0 and 18),
       network text,
       issuer text,
       minimum_payout_minor bigint not null check (minimum_payout_minor > 0)`,
    );
    await createTable(
      tx,
      'accounts',
      `id bigint primary key,
       entity text not null,
       name text,
       pool text not null,
       asset_id text not null references assets (id),
       created_at_ms bigint not null,
       unique (entity, pool, asset_id)`,
    );
    await createTable(
      tx,
      'account_balances',
      `account_id bigint primary key references accounts (id),
       balance_minor bigint not null,
       may_go_negative bigint not null check (may_go_negative in (0, 1)),
       check (may_go_negative = 1 or balance_minor >= 0)`,
    );
    await createTable(
      tx,
      'ledger_transactions',
      `id bigint primary key,
       key text not null unique,
       payload_hash text not null,
       kind text not null check (kind in ('obligation', 'escrow', 'escrow_release', 'settlement', 'fee', 'reversal_in',
         'overpaid', 'funding', 'fx', 'hold', 'hold_release', 'hold_cancel', 'mint', 'spend', 'expire', 'adjustment', 'reversal')),
       effective_at_ms bigint not null,
       recorded_at_ms bigint not null,
       actor text not null,
       payout_id text,
       cycle bigint,
       reverses_id bigint unique references ledger_transactions (id)`,
    );
    await createTable(
      tx,
      'ledger_postings',
      `transaction_id bigint not null references ledger_transactions (id),
       leg bigint not null,
       account_id bigint not null references accounts (id),
       amount_minor bigint not null check (amount_minor <> 0),
       primary key (transaction_id, leg)`,
      { clustered: true },
    );
    await createTable(
      tx,
      'treasury_state',
      `asset_id text primary key references assets (id),
       version bigint not null check (version >= 0)`,
    );

    await createTable(
      tx,
      'payees',
      `id text primary key,
       reference text not null unique,
       name text not null,
       email text,
       status text not null check (status in ('active', 'closed')),
       created_at_ms bigint not null,
       created_by text not null`,
    );
    await createTable(
      tx,
      'destinations',
      `id text primary key,
       payee_id text not null references payees (id),
       rail text not null,
       address text not null,
       status text not null check (status in ('proposed', 'confirmed', 'retired')),
       created_at_ms bigint not null,
       created_by text not null`,
    );

    await createTable(
      tx,
      'payouts',
      `id text primary key,
       reference text not null,
       payee_id text not null references payees (id),
       destination_id text not null references destinations (id),
       destination text not null,
       rail text not null,
       asset_id text not null references assets (id),
       amount_minor bigint not null check (amount_minor > 0),
       funding text not null check (funding in ('direct', 'balance')),
       status text not null check (status in
         ('pending', 'approved', 'processing', 'completed', 'failed', 'quarantined', 'cancelled')),
       status_before text check (status_before in
         ('pending', 'approved', 'processing', 'completed', 'failed', 'cancelled')),
       cycle bigint not null check (cycle >= 0),
       revision bigint not null check (revision >= 1),
       version bigint not null check (version >= 1),
       attempts bigint not null check (attempts >= 0),
       requested_by text not null,
       idempotency_key text not null unique,
       payload_hash text not null,
       failed_reason text,
       created_at_ms bigint not null,
       updated_at_ms bigint not null,
       processed_at_ms bigint,
       settled_at_ms bigint,
       check ((status = 'quarantined') = (status_before is not null))`,
    );
    await createTable(
      tx,
      'payout_attempts',
      `id text primary key,
       payout_id text not null references payouts (id),
       number bigint not null check (number >= 1),
       rail text not null,
       key text not null unique,
       status text not null check (status in ('open', 'completed', 'failed', 'unsent')),
       provider_reference text,
       provider_message text,
       created_at_ms bigint not null,
       ended_at_ms bigint,
       unique (payout_id, number),
       unique (rail, provider_reference)`,
    );
    await createTable(
      tx,
      'policies',
      `version bigint primary key,
       rules text not null,
       created_at_ms bigint not null,
       created_by text not null`,
    );
    await createTable(
      tx,
      'approvals',
      `id text primary key,
       payout_id text not null references payouts (id),
       revision bigint not null,
       staff_id text not null references staff (id),
       statement text not null,
       signature text not null,
       given_at_ms bigint not null,
       expires_at_ms bigint not null,
       voided_at_ms bigint,
       void_reason text`,
    );

    await createTable(
      tx,
      'audit_entries',
      `seq bigint primary key,
       at_ms bigint not null,
       actor text not null,
       actor_name text not null,
       role text not null,
       host text not null,
       ip text,
       user_agent text,
       correlation_id text not null,
       action text not null,
       outcome text not null check (outcome in ('done', 'refused')),
       subject text not null,
       details text not null,
       hash text not null`,
    );
    await createTable(
      tx,
      'audit_head',
      `one bigint primary key check (one = 1),
       size bigint not null,
       hash text not null,
       at_ms bigint not null`,
    );
    await createTable(
      tx,
      'outbox',
      `seq bigint primary key,
       at_ms bigint not null,
       name text not null,
       subject text not null,
       payload text not null`,
    );

    await createTable(
      tx,
      'provider_events',
      `provider text not null,
       event_id text not null,
       received_at_ms bigint not null,
       raw text not null,
       handled_at_ms bigint,
       outcome text,
       primary key (provider, event_id)`,
    );
    await createTable(
      tx,
      'sync_cursors',
      `provider text primary key,
       cursor text not null,
       updated_at_ms bigint not null`,
    );
    await createTable(
      tx,
      'job_runs',
      `name text primary key,
       last_run_at_ms bigint not null,
       last_outcome text not null check (last_outcome in ('ok', 'failed')),
       last_summary text not null`,
    );

    for (const index of [
      'create index ledger_postings_by_account on ledger_postings (account_id, transaction_id)',
      'create index ledger_transactions_by_payout on ledger_transactions (payout_id) where payout_id is not null',
      'create index destinations_by_payee on destinations (payee_id)',
      'create index payouts_by_payee on payouts (payee_id, status)',
      'create index payouts_by_status on payouts (status, created_at_ms)',
      'create index payouts_by_time on payouts (created_at_ms, id)',
      'create index payouts_by_reference on payouts (reference)',
      "create index payout_attempts_open on payout_attempts (rail, created_at_ms) where status = 'open'",
      'create unique index approvals_once on approvals (payout_id, revision, staff_id) where voided_at_ms is null',
      'create index audit_entries_by_subject on audit_entries (subject, seq)',
      'create index provider_events_unhandled on provider_events (provider, received_at_ms) where handled_at_ms is null',
    ]) {
      await statement(tx, index);
    }

    for (const table of ['ledger_transactions', 'ledger_postings', 'audit_entries']) await forbidChange(tx, table);

    await seedLedger(tx);
  },
};
