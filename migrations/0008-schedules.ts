import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChangeOf, statement } from './ddl.ts';

/** Placements and the payouts that are to be requested when their time comes. */
export const migration: Migration = {
  number: 8,
  name: 'schedules',
  async up(tx) {
    await createTable(
      tx,
      'placements',
      `id text primary key,
       guarantee_completion_date text,
       created_at_ms bigint not null,
       updated_at_ms bigint not null`,
    );
    await createTable(
      tx,
      'payout_schedules',
      `id text primary key,
       reference text not null,
       placement_id text references placements (id),
       payee_id text not null references payees (id),
       destination_id text not null references destinations (id),
       asset_id text not null references assets (id),
       amount_minor bigint not null check (amount_minor > 0),
       funding text not null check (funding in ('direct', 'balance')),
       due_at_ms bigint not null,
       on_guarantee bigint not null check (on_guarantee in (0, 1)),
       status text not null check (status in ('pending', 'processing', 'processed', 'failed', 'cancelled')),
       version bigint not null check (version >= 1),
       retry_count bigint not null check (retry_count between 0 and 3),
       failure_reason text,
       last_retry_at_ms bigint,
       payout_id text unique references payouts (id),
       processed_at_ms bigint,
       cancel_reason text,
       written_by text not null,
       idempotency_key text not null unique,
       payload_hash text not null,
       created_at_ms bigint not null,
       updated_at_ms bigint not null,
       deleted_at_ms bigint,
       check (on_guarantee = 0 or placement_id is not null),
       check ((status = 'processed') = (payout_id is not null)),
       check ((status = 'processed') = (processed_at_ms is not null)),
       check ((status = 'cancelled') = (cancel_reason is not null)),
       check (deleted_at_ms is null or status in ('pending', 'failed', 'cancelled'))`,
    );
    for (const index of [
      "create index payout_schedules_due on payout_schedules (due_at_ms, id) where status in ('pending', 'processing')",
      'create index payout_schedules_by_status on payout_schedules (status, created_at_ms)',
      'create index payout_schedules_by_time on payout_schedules (created_at_ms, id)',
      'create index payout_schedules_by_payee on payout_schedules (payee_id, created_at_ms)',
      'create index payout_schedules_by_placement on payout_schedules (placement_id, created_at_ms) where placement_id is not null',
    ]) {
      await statement(tx, index);
    }
    // Whoever wrote it may not approve its payout, so that can never become somebody else.
    await forbidChangeOf(tx, 'payout_schedules', [
      'id',
      'payee_id',
      'written_by',
      'idempotency_key',
      'payload_hash',
      'created_at_ms',
    ]);
  },
};
