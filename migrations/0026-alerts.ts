import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChangeOf, statement } from './ddl.ts';

/** What needs attention, from when on and until when, and the thresholds that people have set. */
export const migration: Migration = {
  number: 26,
  name: 'alerts',
  async up(tx) {
    await createTable(
      tx,
      'alerts',
      `id text primary key,
       rule text not null,
       subject text not null,
       severity text not null check (severity in ('critical', 'warning')),
       facts text not null,
       since_ms bigint not null,
       raised_at_ms bigint not null,
       updated_at_ms bigint not null,
       cleared_at_ms bigint,
       acknowledged_at_ms bigint,
       acknowledged_by text references staff (id),
       acknowledged_reason text,
       snoozed_at_ms bigint,
       snoozed_until_ms bigint,
       snoozed_by text references staff (id),
       snoozed_reason text,
       check (since_ms <= raised_at_ms and raised_at_ms <= updated_at_ms),
       check (cleared_at_ms is null or cleared_at_ms >= raised_at_ms),
       check ((acknowledged_at_ms is null) = (acknowledged_by is null)
         and (acknowledged_at_ms is null) = (acknowledged_reason is null)),
       check ((snoozed_at_ms is null) = (snoozed_by is null) and (snoozed_at_ms is null) = (snoozed_reason is null)
         and (snoozed_at_ms is null) = (snoozed_until_ms is null) and (snoozed_until_ms is null or snoozed_until_ms > snoozed_at_ms))`,
    );
    await createTable(
      tx,
      'alert_thresholds',
      `name text primary key,
       value bigint not null check (value >= 0),
       changed_at_ms bigint not null,
       changed_by text not null references staff (id)`,
      { clustered: true },
    );
    for (const index of [
      // One alert at a time for what is wrong with one thing.
      'create unique index alerts_open on alerts (rule, subject) where cleared_at_ms is null',
      'create index alerts_cleared on alerts (cleared_at_ms, id) where cleared_at_ms is not null',
      // The rules look at what stands still, and at the outcomes of a day, however many payouts there are.
      "create index payouts_approved_since on payouts (rail, updated_at_ms, due_at_ms) where status = 'approved'",
      "create index payouts_quarantined_since on payouts (rail, updated_at_ms) where status = 'quarantined'",
      'create index payout_attempts_ended on payout_attempts (ended_at_ms, rail, status) where ended_at_ms is not null',
    ]) {
      await statement(tx, index);
    }
    await forbidChangeOf(tx, 'alerts', ['id', 'rule', 'subject', 'severity', 'raised_at_ms']);
  },
};
