import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChange, statement } from './ddl.ts';

/** Royalty statements and their lines. */
export const migration: Migration = {
  number: 5,
  name: 'statements',
  async up(tx) {
    await createTable(
      tx,
      'statements',
      // A deleted statement stays: its reference is never used again.
      `id text primary key,
       reference text not null unique,
       payee_id text not null references payees (id),
       period_from text not null,
       period_to text not null,
       asset_id text not null references assets (id),
       total_minor bigint not null check (total_minor > 0),
       status text not null check (status in ('open', 'deleted')),
       created_at_ms bigint not null,
       created_by text not null,
       deleted_at_ms bigint,
       delete_reason text,
       check (period_from <= period_to),
       check ((status = 'deleted') = (deleted_at_ms is not null))`,
    );
    await createTable(
      tx,
      'statement_lines',
      `statement_id text not null references statements (id),
       line bigint not null check (line >= 1),
       description text not null,
       quantity text,
       amount_minor bigint not null check (amount_minor <> 0),
       primary key (statement_id, line)`,
      { clustered: true },
    );
    await statement(tx, 'create index statements_by_time on statements (created_at_ms, id)');
    await statement(tx, 'create index statements_by_payee on statements (payee_id, created_at_ms)');
    await forbidChange(tx, 'statement_lines');
  },
};
