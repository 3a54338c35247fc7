import type { Migration } from '../core/store/migration.ts';
import { createTable, statement } from './ddl.ts';

/** Jobs that several servers share: who runs one now, when it is due next, what came of each run. */
export const migration: Migration = {
  number: 7,
  name: 'jobs',
  async up(tx) {
    await createTable(
      tx,
      'jobs',
      `name text primary key,
       next_run_at_ms bigint not null,
       run bigint not null check (run >= 0),
       failures bigint not null check (failures >= 0),
       holder text,
       lease_until_ms bigint,
       paused_at_ms bigint,
       paused_by text,
       last_started_at_ms bigint,
       last_ended_at_ms bigint,
       last_outcome text check (last_outcome in ('ok', 'failed', 'stopped')),
       last_summary text,
       check ((holder is null) = (lease_until_ms is null)),
       check ((paused_at_ms is null) = (paused_by is null)),
       check ((last_ended_at_ms is null) = (last_outcome is null))`,
    );
    await createTable(
      tx,
      'job_history',
      `name text not null references jobs (name),
       run bigint not null check (run >= 1),
       holder text not null,
       cause text not null check (cause in ('clock', 'event', 'hand')),
       started_at_ms bigint not null,
       ended_at_ms bigint,
       outcome text check (outcome in ('ok', 'failed', 'stopped', 'lost')),
       summary text,
       items bigint not null check (items >= 0),
       primary key (name, run),
       check ((ended_at_ms is null) = (outcome is null))`,
      { clustered: true },
    );
    // How far each reader of the outbox has come; what all have read may go after a while.
    await createTable(
      tx,
      'outbox_cursors',
      `consumer text primary key,
       seq bigint not null check (seq >= 0),
       updated_at_ms bigint not null`,
    );
    await statement(
      tx,
      `insert into jobs (name, next_run_at_ms, run, failures, last_started_at_ms, last_ended_at_ms, last_outcome, last_summary)
       select name, last_run_at_ms, 0, 0, last_run_at_ms, last_run_at_ms, last_outcome, last_summary from job_runs`,
    );
    await statement(tx, 'drop table job_runs');
  },
};
