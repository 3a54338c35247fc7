import type { Migration } from '../core/store/migration.ts';
import { createTable, statement } from './ddl.ts';

/** The rest of a payout's life: due dates, statements, acts of two people, freezes, evidence. */
export const migration: Migration = {
  number: 2,
  name: 'payout-life',
  async up(tx) {
    const bigint = tx.dialect === 'sqlite' ? 'integer' : 'bigint';
    await statement(tx, `alter table payouts add column due_at_ms ${bigint}`);
    await statement(tx, 'alter table payouts add column statement_id text');
    await statement(tx, `alter table payouts add column last_retry_at_ms ${bigint}`);
    await statement(tx, 'create index payouts_by_statement on payouts (statement_id) where statement_id is not null');
    await statement(tx, 'create index payouts_by_due on payouts (rail, status, due_at_ms)');

    await createTable(
      tx,
      'freezes',
      `id text primary key,
       scope text not null check (scope in ('vault', 'rail', 'asset', 'payee')),
       target text not null,
       reason text not null,
       frozen_by text not null,
       frozen_at_ms bigint not null,
       lifted_at_ms bigint`,
    );
    await statement(tx, 'create unique index freezes_in_force on freezes (scope, target) where lifted_at_ms is null');

    await createTable(
      tx,
      'acts',
      `id text primary key,
       kind text not null check (kind in ('resolution', 'unfreeze', 'lift_fence')),
       subject text not null,
       terms text not null,
       status text not null check (status in ('open', 'done')),
       created_at_ms bigint not null,
       done_at_ms bigint`,
    );
    await statement(tx, "create unique index acts_open on acts (kind, subject, terms) where status = 'open'");
    await createTable(
      tx,
      'act_signatures',
      `act_id text not null references acts (id),
       staff_id text not null references staff (id),
       statement text not null,
       signature text not null,
       signed_at_ms bigint not null,
       primary key (act_id, staff_id)`,
    );

    await statement(tx, `alter table vault add column compared_at_ms ${bigint}`);
    // What an adapter made of a provider's record, so that it can be handled again later.
    for (const column of ['reference', 'key', 'record']) {
      await statement(tx, `alter table provider_events add column ${column} text`);
    }
  },
};
