import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChangeOf, statement } from './ddl.ts';

/**
 * What waits for approval, laid out for the questions that are asked of it. Payouts that stand alike
 * (rail, asset, source, who is asked next and who may not answer) share a group: which groups wait
 * for a person is decided once for each, and the indexes by which the queue is sorted carry it.
 */
export const migration: Migration = {
  number: 17,
  name: 'approval-queue',
  async up(tx) {
    await createTable(
      tx,
      'approval_queue_groups',
      `id text primary key,
       rail text not null,
       asset_id text not null references assets (id),
       source text not null,
       import_id text,
       state text not null check (state in ('asks', 'changes', 'blocked')),
       asks text not null,
       excluded text not null`,
    );
    await createTable(
      tx,
      'approval_queue',
      `payout_id text primary key references payouts (id),
       group_id text not null references approval_queue_groups (id),
       payee_id text not null references payees (id),
       statement_id text,
       created_at_ms bigint not null,
       due_at_ms bigint not null,
       amount_minor bigint not null,
       payee_key text not null,
       expires_at_ms bigint not null,
       search_text text not null,
       look_again_at_ms bigint`,
    );
    // The beginnings of words are looked for in an index: (word, payout_id).
    await createTable(
      tx,
      'approval_queue_words',
      `word text not null,
       payout_id text not null references payouts (id),
       primary key (word, payout_id)`,
      { clustered: true },
    );
    await createTable(
      tx,
      'change_requests',
      `id text primary key,
       payout_id text not null references payouts (id),
       revision bigint not null,
       asked_by text not null references staff (id),
       text text not null,
       asked_at_ms bigint not null,
       closed_at_ms bigint,
       closed_by text,
       outcome text check (outcome in ('edited', 'lifted', 'ended')),
       check ((closed_at_ms is null) = (outcome is null)),
       check ((closed_at_ms is null) = (closed_by is null))`,
    );
    await createTable(
      tx,
      'saved_views',
      `id text primary key,
       staff_id text not null references staff (id),
       name text not null,
       name_key text not null,
       filter text not null,
       sort text not null,
       created_at_ms bigint not null,
       unique (staff_id, name_key)`,
    );
    if (tx.dialect === 'postgres') {
      // Compared byte by byte, as SQLite does, whatever language the server sorts by.
      await statement(tx, 'alter table approval_queue_words alter column word type text collate "C"');
      await statement(tx, 'alter table approval_queue alter column payee_key type text collate "C"');
    }
    for (const index of [
      // Whatever a page is sorted by, its filters are answered from the index itself.
      'create index approval_queue_by_age on approval_queue (created_at_ms, payout_id, group_id, amount_minor)',
      'create index approval_queue_by_due on approval_queue (due_at_ms, payout_id, group_id, amount_minor)',
      'create index approval_queue_by_amount on approval_queue (amount_minor, payout_id, group_id)',
      'create index approval_queue_by_payee on approval_queue (payee_key, payout_id, group_id, amount_minor)',
      'create index approval_queue_by_expiry on approval_queue (expires_at_ms, payout_id, group_id, amount_minor)',
      'create index approval_queue_by_group on approval_queue (group_id)',
      'create index approval_queue_of_payee on approval_queue (payee_id)',
      'create index approval_queue_of_statement on approval_queue (statement_id) where statement_id is not null',
      'create index approval_queue_look_again on approval_queue (look_again_at_ms) where look_again_at_ms is not null',
      // What waits for confirmation is counted from these.
      "create index destinations_waiting_counts on destinations (rail, look_alike_of) where status = 'proposed'",
      "create index screenings_hits on screenings (payee_id) where status = 'hit'",
      "create index payees_closed on payees (id) where status = 'closed'",
      'create unique index change_requests_open on change_requests (payout_id) where closed_at_ms is null',
      'create index change_requests_of on change_requests (payout_id)',
    ]) {
      await statement(tx, index);
    }
    await forbidChangeOf(tx, 'change_requests', ['id', 'payout_id', 'revision', 'asked_by', 'text', 'asked_at_ms']);
    // Laying payouts out needs the policy, which migrations do not read: it is done when the vault is opened.
    await createTable(
      tx,
      'approval_queue_state',
      `one bigint primary key check (one = 1),
       laid_out_at_ms bigint`,
    );
    await statement(tx, 'insert into approval_queue_state (one, laid_out_at_ms) values (1, null)');
  },
};
