import { sql } from 'kysely';
import type { Migration } from '../core/store/migration.ts';
import { addColumn, createTable, forbidChangeOf, statement } from './ddl.ts';

/** How each provider is doing, what could not be handled of its records, and where money went on from there. */
export const migration: Migration = {
  number: 23,
  name: 'provider-sync',
  async up(tx) {
    for (const column of [
      // The payout it turned out to be about.
      'payout_id text references payouts (id)',
      // When it happened, says the provider.
      'at_ms bigint',
      // How many times it could not be handled, when it is tried again, and why not.
      'tries bigint not null default 0 check (tries >= 0)',
      'next_try_at_ms bigint',
      'error text',
    ]) {
      await addColumn(tx, 'provider_events', column);
    }
    await tx.run(
      tx.dialect === 'sqlite'
        ? sql`update provider_events set at_ms = json_extract(record, '$.atMs') where record is not null`
        : sql`update provider_events set at_ms = (record::json ->> 'atMs')::bigint where record is not null`,
    );
    await tx.run(sql`
      update provider_events set payout_id = (
        select min(a.payout_id) from payout_attempts a
        where a.rail = provider_events.provider
          and (a.provider_reference = provider_events.reference or a.key = provider_events.key))
      where outcome is not null and outcome <> 'unmatched'`);
    for (const index of [
      'create index provider_events_by_time on provider_events (received_at_ms, provider, event_id)',
      'create index provider_events_by_reference on provider_events (provider, reference)',
      'create index provider_events_by_payout on provider_events (payout_id) where payout_id is not null',
      "create index provider_events_dead on provider_events (provider) where outcome = 'dead'",
    ]) {
      await statement(tx, index);
    }
    // What came stays as it came: handling adds to it and takes nothing away.
    await forbidChangeOf(tx, 'provider_events', ['provider', 'event_id', 'received_at_ms', 'raw']);

    // A payment is settled once, whatever becomes of its payout afterwards.
    await addColumn(tx, 'payout_attempts', 'settled_at_ms bigint');
    await tx.run(sql`
      update payout_attempts set settled_at_ms = (
        select p.settled_at_ms from payouts p where p.id = payout_attempts.payout_id)
      where status = 'completed'`);

    await createTable(
      tx,
      'provider_health',
      `rail text primary key,
       last_ok_at_ms bigint,
       newest_at_ms bigint,
       failures bigint not null default 0 check (failures >= 0),
       failing_since_ms bigint,
       unhealthy_since_ms bigint,
       back_off_until_ms bigint,
       quiet_until_ms bigint,
       last_error text,
       last_error_at_ms bigint,
       pages bigint not null default 0 check (pages >= 0),
       records bigint not null default 0 check (records >= 0),
       check ((failures = 0) = (failing_since_ms is null)),
       check (unhealthy_since_ms is null or failures > 0),
       check ((last_error is null) = (last_error_at_ms is null))`,
    );
    // A provider that was read before is not new.
    await tx.run(sql`
      insert into provider_health (rail, last_ok_at_ms, newest_at_ms)
      select c.provider, c.updated_at_ms, (select max(e.at_ms) from provider_events e where e.provider = c.provider)
      from sync_cursors c`);

    await createTable(
      tx,
      'onward_payments',
      `rail text not null,
       reference text not null,
       payout_id text not null references payouts (id),
       onward_reference text,
       status text not null check (status in ('none', 'pending', 'in_transit', 'paid', 'failed', 'cancelled', 'unknown')),
       raw_status text,
       message text,
       arrives_at_ms bigint,
       settled_at_ms bigint not null,
       changed_at_ms bigint not null,
       asked_at_ms bigint not null,
       next_ask_at_ms bigint,
       primary key (rail, reference),
       check ((status = 'none') = (onward_reference is null))`,
    );
    for (const index of [
      'create index onward_payments_due on onward_payments (rail, next_ask_at_ms) where next_ask_at_ms is not null',
      'create index onward_payments_by_payout on onward_payments (payout_id)',
      'create index onward_payments_newest on onward_payments (rail, settled_at_ms)',
      'create index payout_attempts_settled on payout_attempts (rail, settled_at_ms) where settled_at_ms is not null',
      "create index payout_attempts_unsent on payout_attempts (rail, ended_at_ms) where status = 'unsent'",
    ]) {
      await statement(tx, index);
    }
  },
};
