import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChange, statement } from './ddl.ts';

/** What was imported from files, which payouts came of it, and how each kind of file is read. */
export const migration: Migration = {
  number: 6,
  name: 'imports',
  async up(tx) {
    await createTable(
      tx,
      'imports',
      `id text primary key,
       file_name text not null,
       sha256 text not null,
       format text not null check (format in ('csv', 'xlsx', 'rows')),
       payouts bigint not null check (payouts > 0),
       payees_created bigint not null check (payees_created >= 0),
       left_out bigint not null check (left_out >= 0),
       totals text not null,
       items_hash text not null,
       imported_at_ms bigint not null,
       imported_by text not null`,
    );
    await createTable(
      tx,
      'import_payouts',
      `payout_id text primary key references payouts (id),
       import_id text not null references imports (id),
       line bigint not null`,
    );
    await createTable(
      tx,
      'import_mappings',
      `header_fingerprint text primary key,
       mapping text not null,
       used_at_ms bigint not null,
       used_by text not null`,
    );
    for (const index of [
      'create index imports_by_file on imports (sha256, imported_at_ms)',
      'create index imports_by_time on imports (imported_at_ms, id)',
      'create index import_payouts_by_import on import_payouts (import_id, line)',
      'create index payouts_by_payee_reference on payouts (payee_id, reference)',
      'create index payouts_by_payee_amount on payouts (payee_id, asset_id, amount_minor)',
    ]) {
      await statement(tx, index);
    }
    for (const table of ['imports', 'import_payouts']) await forbidChange(tx, table);
  },
};
