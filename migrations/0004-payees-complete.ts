import { sql } from 'kysely';
import { jsonRows } from '../core/store/json-rows.ts';
import type { Migration } from '../core/store/migration.ts';
import type { Tx } from '../core/store/tx.ts';
import { createTable, statement } from './ddl.ts';

/** Payees with tags and a version; destinations that are confirmed, rest, look alike and are screened. */
export const migration: Migration = {
  number: 4,
  name: 'payees-complete',
  async up(tx) {
    const bigint = tx.dialect === 'sqlite' ? 'integer' : 'bigint';
    for (const column of ['closed_reason text', `version ${bigint} not null default 1 check (version >= 1)`]) {
      await statement(tx, `alter table payees add column ${column}`);
    }
    await createTable(
      tx,
      'payee_tags',
      `tag text not null,
       payee_id text not null references payees (id),
       primary key (tag, payee_id)`,
      { clustered: true },
    );

    for (const column of [
      "memo_type text check (memo_type in ('text', 'id', 'hash', 'return'))",
      'memo_value text check ((memo_value is null) = (memo_type is null))',
      'extra_id text',
      'currency text',
      'federation text',
      "address_key text not null default ''",
      'likeness text',
      'look_alike_of text',
      'replaces_id text',
      `confirmed_at_ms ${bigint}`,
      'confirmed_by text',
      `usable_from_ms ${bigint}`,
      `retired_at_ms ${bigint}`,
    ]) {
      await statement(tx, `alter table destinations add column ${column}`);
    }
    await describeAddresses(tx);
    // Until now, who added a destination vouched for it at once.
    await statement(
      tx,
      `update destinations set confirmed_at_ms = created_at_ms, confirmed_by = created_by, usable_from_ms = created_at_ms
       where status = 'confirmed'`,
    );

    await createTable(
      tx,
      'screenings',
      `subject_id text primary key,
       payee_id text not null references payees (id),
       kind text not null check (kind in ('payee', 'destination')),
       status text not null check (status in ('clear', 'hit', 'error')),
       list text not null,
       list_hash text not null,
       match text,
       at_ms bigint not null`,
    );
    await createTable(
      tx,
      'settings',
      `name text primary key,
       value text not null,
       changed_at_ms bigint not null,
       changed_by text not null`,
    );

    for (const index of [
      'create index payee_tags_by_payee on payee_tags (payee_id, tag)',
      'create index payees_by_time on payees (created_at_ms, id)',
      'create index screenings_by_payee on screenings (payee_id)',
      `create index destinations_by_likeness on destinations (rail, likeness, address_key, id) where likeness is not null`,
      `create index destinations_waiting on destinations (created_at_ms, id) where status = 'proposed'`,
      `create unique index destinations_once on destinations (payee_id, rail, address_key, coalesce(memo_type, ''),
         coalesce(memo_value, ''), coalesce(extra_id, ''), coalesce(currency, '')) where status <> 'retired'`,
    ]) {
      await statement(tx, index);
    }
  },
};

/** The rules of the day this step was written, kept here so that it does the same for ever. */
async function describeAddresses(tx: Tx): Promise<void> {
  const rows = await tx.rows<{ id: string; address: string }>(sql`select id, address from destinations`);
  if (rows.length === 0) return;
  const described = jsonRows(
    tx.dialect,
    { id: 'text', address_key: 'text', likeness: 'text' },
    rows.map(({ id, address }) => {
      const folded = address.toLowerCase();
      const bare = folded.replace(/^(?:acct_|sim:|0x)/, '');
      const likeness = bare.length < 12 ? null : `${bare.slice(0, 4)}…${bare.slice(-4)}`;
      return { id, address_key: address.startsWith('0x') ? folded : address, likeness };
    }),
  );
  await tx.run(sql`
    update destinations set address_key = x.address_key, likeness = x.likeness
    from ${described} as x where destinations.id = x.id`);
}
