import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChangeOf, statement } from './ddl.ts';

/** Amounts owed to a payee that stay set aside for a placement. Each is a hold of the ledger under the same id. */
export const migration: Migration = {
  number: 9,
  name: 'escrow-holds',
  async up(tx) {
    await createTable(
      tx,
      'escrow_holds',
      `id text primary key references ledger_holds (id),
       reference text not null,
       placement_id text not null references placements (id),
       payee_id text not null references payees (id),
       asset_id text not null references assets (id),
       amount_minor bigint not null check (amount_minor > 0),
       release_at_ms bigint,
       on_guarantee bigint not null check (on_guarantee in (0, 1)),
       status text not null check (status in ('active', 'released', 'cancelled')),
       version bigint not null check (version >= 1),
       closed_at_ms bigint,
       closed_by text,
       close_reason text,
       created_by text not null,
       idempotency_key text not null unique,
       payload_hash text not null,
       created_at_ms bigint not null,
       updated_at_ms bigint not null,
       deleted_at_ms bigint,
       check (on_guarantee = 0 or release_at_ms is not null),
       check ((status = 'active') = (closed_at_ms is null)),
       check ((status = 'active') = (closed_by is null)),
       check (status <> 'cancelled' or close_reason is not null),
       check (deleted_at_ms is null or status <> 'active')`,
    );
    for (const index of [
      "create index escrow_holds_due on escrow_holds (release_at_ms, id) where status = 'active' and release_at_ms is not null",
      'create index escrow_holds_by_placement on escrow_holds (placement_id, status)',
      'create index escrow_holds_by_status on escrow_holds (status, created_at_ms)',
      'create index escrow_holds_by_time on escrow_holds (created_at_ms, id)',
      'create index escrow_holds_by_payee on escrow_holds (payee_id, created_at_ms)',
    ]) {
      await statement(tx, index);
    }
    await forbidChangeOf(tx, 'escrow_holds', [
      'id',
      'placement_id',
      'payee_id',
      'asset_id',
      'amount_minor',
      'created_by',
      'idempotency_key',
      'payload_hash',
      'created_at_ms',
    ]);
  },
};
