import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChange, forbidChangeOf, statement } from './ddl.ts';

/** Campaigns and what they granted. What they spend can pass neither the budget nor an account's cap. */
export const migration: Migration = {
  number: 10,
  name: 'campaigns',
  async up(tx) {
    await createTable(
      tx,
      'campaigns',
      `id text primary key,
       name text not null,
       type text not null check (type in ('reverse_airdrop', 'promotional', 'loyalty', 'referral')),
       status text not null check (status in ('draft', 'active', 'paused', 'completed', 'expired')),
       formula text not null,
       budget_minor bigint not null check (budget_minor > 0),
       spent_minor bigint not null check (spent_minor between 0 and budget_minor),
       account_cap_minor bigint not null check (account_cap_minor between 1 and budget_minor),
       grants bigint not null check (grants >= 0),
       kept_for text not null,
       credits_last_days bigint check (credits_last_days > 0),
       ends_at_ms bigint,
       idempotency_key text unique,
       payload_hash text not null,
       created_by text not null,
       created_at_ms bigint not null,
       updated_at_ms bigint not null,
       check (status <> 'draft' or spent_minor = 0),
       unique (id, account_cap_minor)`,
    );
    // What each account has of a campaign. The cap is the campaign's own, by reference.
    await createTable(
      tx,
      'campaign_accounts',
      `campaign_id text not null,
       payee_id text not null references payees (id),
       cap_minor bigint not null,
       spent_minor bigint not null check (spent_minor between 0 and cap_minor),
       primary key (campaign_id, payee_id),
       foreign key (campaign_id, cap_minor) references campaigns (id, account_cap_minor)`,
      { clustered: true },
    );
    await createTable(
      tx,
      'campaign_grants',
      `campaign_id text not null,
       payee_id text not null,
       amount_minor bigint not null check (amount_minor > 0),
       basis_minor bigint check (basis_minor >= 0),
       lot_id bigint not null unique references credit_lots (id),
       granted_at_ms bigint not null,
       primary key (campaign_id, payee_id),
       foreign key (campaign_id, payee_id) references campaign_accounts (campaign_id, payee_id)`,
      { clustered: true },
    );
    for (const index of [
      'create index campaigns_by_time on campaigns (created_at_ms, id)',
      "create index campaigns_ending on campaigns (ends_at_ms) where status in ('draft', 'active', 'paused') and ends_at_ms is not null",
      'create index campaign_accounts_by_payee on campaign_accounts (payee_id)',
    ]) {
      await statement(tx, index);
    }
    await forbidChange(tx, 'campaign_grants');
    await forbidChangeOf(tx, 'campaigns', [
      'id',
      'type',
      'formula',
      'budget_minor',
      'account_cap_minor',
      'kept_for',
      'credits_last_days',
      'ends_at_ms',
      'created_by',
      'created_at_ms',
    ]);
    await forbidChangeOf(tx, 'campaign_accounts', ['campaign_id', 'payee_id', 'cap_minor']);
    // Completed and expired are final.
    await statement(
      tx,
      tx.dialect === 'sqlite'
        ? `create trigger campaigns_final before update of status on campaigns
             when old.status in ('completed', 'expired') and new.status <> old.status
           begin select raise(abort, 'campaigns keeps what it ended as'); end`
        : `create trigger campaigns_final before update of status on campaigns
           for each row when (old.status in ('completed', 'expired') and new.status <> old.status)
           execute function refuse_kept_change()`,
    );
  },
};
