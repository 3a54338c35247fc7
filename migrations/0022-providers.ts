import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChange, statement } from './ddl.ts';

/** Whose accounts payments go out from at providers, and what those told the server. */
export const migration: Migration = {
  number: 22,
  name: 'providers',
  async up(tx) {
    await createTable(
      tx,
      'provider_accounts',
      `rail text primary key check (rail in ('stripe', 'nowpayments')),
       account text not null check (account <> ''),
       since_ms bigint not null`,
    );
    await createTable(
      tx,
      'provider_webhooks',
      `rail text not null check (rail in ('stripe', 'nowpayments')),
       delivery_id text not null,
       received_at_ms bigint not null,
       told_at_ms bigint,
       kind text not null,
       raw text not null,
       primary key (rail, delivery_id)`,
    );
    await statement(tx, 'create index provider_webhooks_by_time on provider_webhooks (rail, received_at_ms)');
    await forbidChange(tx, 'provider_webhooks');
  },
};
