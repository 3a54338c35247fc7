import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Migration } from '../core/store/migration.ts';
import type { Tx } from '../core/store/tx.ts';
import { createTable, forbidChange, forbidChangeOf, statement } from './ddl.ts';

/**
 * The chain of trust: the founding record, the governance acts that were done since, groups, and
 * what a proposed person or key brings along. Acts of people know governance and the recovery sheet.
 */
export const migration: Migration = {
  number: 13,
  name: 'trust',
  async up(tx) {
    await createTable(
      tx,
      'trust_founding',
      'one bigint primary key check (one = 1), statement text not null, sealed_fingerprint text',
    );
    await createTable(
      tx,
      'trust_acts',
      `seq bigint primary key check (seq >= 1),
       act_id text not null unique,
       terms text not null,
       signatures text not null,
       hash text not null,
       done_at_ms bigint not null`,
    );
    await createTable(
      tx,
      'staff_groups',
      `staff_id text not null references staff (id),
       group_name text not null,
       granted_at_ms bigint not null,
       granted_by text not null,
       revoked_at_ms bigint,
       primary key (staff_id, group_name, granted_at_ms)`,
    );
    await createTable(
      tx,
      'key_proposals',
      `public_key text primary key,
       staff_id text not null,
       name text not null,
       sealed text,
       proposed_by text not null,
       proposed_at_ms bigint not null,
       accepted_at_ms bigint`,
    );
    await rebuildActs(tx);
    for (const table of ['trust_founding', 'trust_acts']) await forbidChange(tx, table);
    await forbidChangeOf(tx, 'acts', [
      'id',
      'kind',
      'subject',
      'terms',
      'terms_sha256',
      'created_at_ms',
      'takes_effect_at_ms',
    ]);
    await forbidChange(tx, 'act_signatures');
  },
};

const KINDS = [
  'resolution',
  'unfreeze',
  'lift_fence',
  'staff_add',
  'staff_roles',
  'staff_leave',
  'staff_key',
  'factor_reset',
  'policy',
  'setting',
  'service_account',
  'recovery_key',
];

interface EarlierAct {
  readonly id: string;
  readonly terms: string;
}

/** Other checks need another table. What an act is known by is a hash: its terms may be longer than an index takes. */
async function rebuildActs(tx: Tx): Promise<void> {
  await createTable(
    tx,
    'acts_next',
    `id text primary key,
     kind text not null check (kind in (${KINDS.map((kind) => `'${kind}'`).join(', ')})),
     subject text not null,
     terms text not null,
     terms_sha256 text not null,
     status text not null check (status in ('open', 'done', 'stopped')),
     created_at_ms bigint not null,
     takes_effect_at_ms bigint,
     done_at_ms bigint,
     stopped_at_ms bigint,
     stopped_by text,
     stop_reason text,
     check ((status = 'done') = (done_at_ms is not null)),
     check ((status = 'stopped') = (stopped_at_ms is not null))`,
  );
  // By whom: a person's id, or the recovery sheet, which is nobody's.
  await createTable(
    tx,
    'act_signatures_next',
    `act_id text not null references acts_next (id),
     signer text not null,
     statement text not null,
     signature text not null,
     signed_at_ms bigint not null,
     primary key (act_id, signer)`,
  );
  for (const { id, terms } of await tx.rows<EarlierAct>(sql`select id, terms from acts`)) {
    const sha256 = createHash('sha256').update(terms, 'utf8').digest('hex');
    await tx.run(sql`
      insert into acts_next (id, kind, subject, terms, terms_sha256, status, created_at_ms, done_at_ms)
      select id, kind, subject, terms, ${sha256}, status, created_at_ms, done_at_ms from acts where id = ${id}`);
  }
  await statement(
    tx,
    `insert into act_signatures_next (act_id, signer, statement, signature, signed_at_ms)
     select act_id, staff_id, statement, signature, signed_at_ms from act_signatures`,
  );
  for (const text of [
    'drop table act_signatures',
    'drop table acts',
    'alter table acts_next rename to acts',
    'alter table act_signatures_next rename to act_signatures',
    "create unique index acts_open on acts (kind, subject, terms_sha256) where status = 'open'",
    "create index acts_to_take_effect on acts (takes_effect_at_ms) where status = 'open' and takes_effect_at_ms is not null",
  ]) {
    await statement(tx, text);
  }
}
