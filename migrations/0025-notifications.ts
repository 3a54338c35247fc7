import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChangeOf, statement } from './ddl.ts';

/** What people are told, the mail that goes out, and the other systems that are told. */
export const migration: Migration = {
  number: 25,
  name: 'notifications',
  async up(tx) {
    await createTable(
      tx,
      'mails',
      `id text primary key,
       kind text not null check (kind in ('status', 'digest', 'remittance', 'test')),
       to_address text not null,
       about text,
       subject text not null,
       text text not null,
       html text not null,
       reply_to text,
       status text not null check (status in ('waiting', 'sent', 'failed')),
       attempts bigint not null check (attempts >= 0),
       answer text,
       created_at_ms bigint not null,
       next_try_at_ms bigint,
       sent_at_ms bigint,
       check ((status = 'waiting') = (next_try_at_ms is not null)),
       check ((status = 'sent') = (sent_at_ms is not null))`,
    );
    await createTable(
      tx,
      'notifications',
      `id text primary key,
       staff_id text not null references staff (id),
       kind text not null,
       topic text not null check (topic in ('tasks', 'payouts', 'plans', 'alerts', 'safety')),
       urgent bigint not null check (urgent in (0, 1)),
       subject text not null,
       facts text not null,
       count bigint not null check (count > 0),
       at_ms bigint not null,
       read_at_ms bigint,
       desktop bigint not null check (desktop in (0, 1)),
       mail_due_at_ms bigint,
       mail_way text check (mail_way in ('soon', 'digest')),
       mail_id text references mails (id),
       check ((mail_way is null) = (mail_due_at_ms is null)),
       check (mail_id is null or mail_way is not null)`,
    );
    await createTable(
      tx,
      'notification_preferences',
      `staff_id text primary key references staff (id),
       value text not null,
       changed_at_ms bigint not null`,
      { clustered: true },
    );
    await createTable(
      tx,
      'remittances',
      `payout_id text primary key references payouts (id),
       payee_id text not null references payees (id),
       completed_at_ms bigint not null,
       due_at_ms bigint not null,
       mail_id text references mails (id),
       dropped text,
       check (mail_id is null or dropped is null)`,
      { clustered: true },
    );
    await createTable(
      tx,
      'webhook_endpoints',
      `id text primary key,
       url text not null,
       events text not null,
       description text not null,
       status text not null check (status in ('proposed', 'active', 'disabled', 'removed')),
       disabled_because text,
       created_by text not null,
       created_at_ms bigint not null,
       confirmed_by text,
       confirmed_at_ms bigint,
       failing_since_ms bigint,
       failures bigint not null check (failures >= 0),
       rest_until_ms bigint,
       version bigint not null,
       check ((failures = 0) = (failing_since_ms is null)),
       check ((confirmed_by is null) = (confirmed_at_ms is null)),
       check (status <> 'active' or confirmed_by is not null),
       check ((status = 'disabled') = (disabled_because is not null))`,
    );
    await createTable(
      tx,
      'webhook_deliveries',
      `id text primary key,
       endpoint_id text not null references webhook_endpoints (id),
       seq bigint not null,
       event text not null,
       subject text not null,
       body text not null,
       status text not null check (status in ('waiting', 'delivered', 'failed')),
       attempts bigint not null check (attempts >= 0),
       last_status bigint,
       last_answer text,
       created_at_ms bigint not null,
       next_try_at_ms bigint,
       delivered_at_ms bigint,
       check ((status = 'waiting') = (next_try_at_ms is not null)),
       check ((status = 'delivered') = (delivered_at_ms is not null))`,
    );
    for (const index of [
      'create index notifications_by_person on notifications (staff_id, at_ms, id)',
      'create index notifications_unread on notifications (staff_id, kind) where read_at_ms is null',
      'create index notifications_to_mail on notifications (mail_due_at_ms) where mail_id is null and mail_due_at_ms is not null',
      'create index notifications_by_time on notifications (at_ms)',
      'create index mails_by_time on mails (created_at_ms, id)',
      `create index mails_waiting on mails (next_try_at_ms) where status = 'waiting'`,
      `create index mails_to_forget on mails (sent_at_ms) where status = 'sent' and text <> ''`,
      'create index remittances_due on remittances (due_at_ms) where mail_id is null and dropped is null',
      'create index webhook_deliveries_by_endpoint on webhook_deliveries (endpoint_id, created_at_ms, id)',
      'create index webhook_deliveries_by_time on webhook_deliveries (created_at_ms)',
      `create index webhook_deliveries_waiting on webhook_deliveries (endpoint_id, subject, seq) where status = 'waiting'`,
    ]) {
      await statement(tx, index);
    }
    // Where events go is confirmed by a second admin, who confirmed this address and no other.
    await forbidChangeOf(tx, 'webhook_endpoints', ['id', 'url', 'events', 'created_by', 'created_at_ms']);
  },
};
