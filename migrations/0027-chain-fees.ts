import type { Migration } from '../core/store/migration.ts';
import type { Tx } from '../core/store/tx.ts';
import { addColumn, createTable, forbidChange, forbidChangeOf, statement } from './ddl.ts';

/**
 * Secrets of rails, which admins sign for; acts of a new kind; and who paid for what was outbid.
 * A sandbox's hot key was sealed in another way: it is taken away, and set again by whoever wants it.
 */
export const migration: Migration = {
  number: 27,
  name: 'chain-fees',
  async up(tx) {
    await createTable(
      tx,
      'rail_secrets',
      `commitment text primary key,
       rail text not null,
       name text not null,
       shown text not null,
       sealed text,
       proposed_by text not null,
       proposed_at_ms bigint not null,
       accepted_at_ms bigint,
       ended_at_ms bigint,
       check ((sealed is null) = (ended_at_ms is not null))`,
    );
    await forbidChangeOf(tx, 'rail_secrets', ['commitment', 'rail', 'name', 'shown', 'proposed_by', 'proposed_at_ms']);
    await statement(
      tx,
      `update settings set value = ''
       where name in ('stellar.PAYOUT_HOT_SIGNER_SECRET', 'stellar.PAYOUTS_SIGN_WITH_HOT_KEY')`,
    );
    // Until now nobody but the account that pays payees paid for them.
    await addColumn(tx, 'chain_transactions', 'fee_source text');
    await statement(tx, 'update chain_transactions set fee_source = source where fee_charged_minor is not null');
    await openActs(tx);
  },
};

/** Which kinds of acts there are is the contract's to say; a table that repeats it is rebuilt for each new one. */
async function openActs(tx: Tx): Promise<void> {
  if (tx.dialect === 'postgres') {
    await statement(tx, 'alter table acts drop constraint acts_next_kind_check');
    return;
  }
  await createTable(
    tx,
    'acts_next',
    `id text primary key,
     kind text not null,
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
  for (const text of [
    'insert into acts_next select * from acts',
    'insert into act_signatures_next select * from act_signatures',
    'drop table act_signatures',
    'drop table acts',
    'alter table acts_next rename to acts',
    'alter table act_signatures_next rename to act_signatures',
    "create unique index acts_open on acts (kind, subject, terms_sha256) where status = 'open'",
    "create index acts_to_take_effect on acts (takes_effect_at_ms) where status = 'open' and takes_effect_at_ms is not null",
  ]) {
    await statement(tx, text);
  }
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
}
