import type { Migration } from '../core/store/migration.ts';
import { createTable, statement } from './ddl.ts';

/** Programs that may ask over HTTP, how often they wrote lately, and what they were answered. */
export const migration: Migration = {
  number: 15,
  name: 'service-accounts',
  async up(tx) {
    // Which accounts there are stands in the chain of governance acts; this is for finding the ones nobody uses.
    await createTable(
      tx,
      'service_sightings',
      `subject text primary key,
       last_seen_at_ms bigint not null`,
    );
    // One for each second in which somebody wrote: the last minute is the sum of sixty.
    await createTable(
      tx,
      'write_counts',
      `caller text not null,
       surface text not null check (surface in ('admin', 'api')),
       second bigint not null,
       writes bigint not null check (writes > 0),
       primary key (caller, surface, second)`,
      { clustered: true },
    );
    await createTable(
      tx,
      'idempotent_requests',
      `caller text not null,
       key text not null,
       request_hash text not null,
       status text not null check (status in ('begun', 'committed', 'answered')),
       turn text not null,
       begun_at_ms bigint not null,
       answer text,
       primary key (caller, key),
       check ((status = 'answered') = (answer is not null))`,
      { clustered: true },
    );
    for (const index of [
      'create index write_counts_by_age on write_counts (second)',
      'create index idempotent_requests_by_age on idempotent_requests (begun_at_ms)',
      "create index credit_lots_by_hand on credit_lots (minted_at_ms) where source = 'hand'",
    ]) {
      await statement(tx, index);
    }
  },
};
