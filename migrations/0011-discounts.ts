import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChange, forbidChangeOf, statement } from './ddl.ts';

/** Discount rules, and the charges that members paid less for because of them. */
export const migration: Migration = {
  number: 11,
  name: 'discounts',
  async up(tx) {
    await createTable(
      tx,
      'discount_rules',
      `id text primary key,
       name text not null unique,
       tiers text not null,
       window_days bigint check (window_days > 0),
       combines text not null check (combines in ('stackable', 'best_of')),
       charge_kind text,
       campaign_id text references campaigns (id),
       status text not null check (status in ('in_force', 'ended')),
       created_by text not null,
       created_at_ms bigint not null,
       ended_at_ms bigint,
       end_reason text,
       check ((status = 'ended') = (ended_at_ms is not null)),
       check ((status = 'ended') = (end_reason is not null))`,
    );
    await createTable(
      tx,
      'charges',
      `id text primary key,
       payee_id text not null references payees (id),
       kind text not null,
       reference text not null,
       amount_minor bigint not null check (amount_minor > 0),
       discount_minor bigint not null check (discount_minor >= 0),
       paid_minor bigint not null check (paid_minor >= 0),
       transaction_id bigint unique references ledger_transactions (id),
       idempotency_key text not null unique,
       payload_hash text not null,
       charged_by text not null,
       charged_at_ms bigint not null,
       check (amount_minor = discount_minor + paid_minor)`,
    );
    // One for each rule that was in force, with what it gave and why.
    await createTable(
      tx,
      'charge_discounts',
      `charge_id text not null references charges (id),
       rule_id text not null references discount_rules (id),
       place bigint not null,
       basis_points bigint not null check (basis_points between 0 and 10000),
       amount_minor bigint not null check (amount_minor >= 0),
       because text not null,
       campaign_id text references campaigns (id),
       explanation text not null,
       primary key (charge_id, rule_id)`,
      { clustered: true },
    );
    for (const index of [
      'create index charges_by_payee on charges (payee_id, charged_at_ms)',
      'create index charge_discounts_by_campaign on charge_discounts (campaign_id) where campaign_id is not null',
    ]) {
      await statement(tx, index);
    }
    await forbidChangeOf(tx, 'discount_rules', [
      'id',
      'name',
      'tiers',
      'window_days',
      'combines',
      'charge_kind',
      'campaign_id',
      'created_by',
      'created_at_ms',
    ]);
    for (const table of ['charges', 'charge_discounts']) await forbidChange(tx, table);
  },
};
