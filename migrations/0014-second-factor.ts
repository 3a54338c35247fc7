import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChangeOf, statement } from './ddl.ts';

/** Authenticators and recovery codes, when people signed in, and how often somebody tried and failed. */
export const migration: Migration = {
  number: 14,
  name: 'second-factor',
  async up(tx) {
    await createTable(
      tx,
      'second_factors',
      `id text primary key,
       staff_id text not null references staff (id),
       sealed_secret text not null,
       status text not null check (status in ('waiting', 'in_force', 'ended')),
       last_step bigint not null check (last_step >= 0),
       begun_at_ms bigint not null,
       confirmed_at_ms bigint,
       ended_at_ms bigint,
       end_reason text check (end_reason in ('abandoned', 'replaced', 'reset')),
       check ((status = 'ended') = (ended_at_ms is not null)),
       check ((status = 'ended') = (end_reason is not null)),
       check (status <> 'in_force' or confirmed_at_ms is not null)`,
    );
    await createTable(
      tx,
      'recovery_codes',
      `factor_id text not null references second_factors (id),
       code_hash text not null,
       made_at_ms bigint not null,
       used_at_ms bigint,
       ended_at_ms bigint,
       primary key (factor_id, code_hash),
       check (used_at_ms is null or ended_at_ms is null)`,
      { clustered: true },
    );
    await createTable(
      tx,
      'staff_sign_ins',
      `staff_id text primary key references staff (id),
       session_epoch bigint not null check (session_epoch >= 0),
       signed_in_at_ms bigint,
       host text,
       ip text`,
    );
    // Keyed by hash: what was typed as a name may have been a passphrase.
    await createTable(
      tx,
      'failed_tries',
      `key_hash text primary key,
       count bigint not null check (count > 0),
       not_before_ms bigint not null,
       last_at_ms bigint not null`,
    );
    for (const index of [
      `create unique index second_factors_in_force on second_factors (staff_id) where status = 'in_force'`,
      `create unique index second_factors_waiting on second_factors (staff_id) where status = 'waiting'`,
      'create index failed_tries_by_age on failed_tries (last_at_ms)',
    ]) {
      await statement(tx, index);
    }
    await forbidChangeOf(tx, 'second_factors', ['id', 'staff_id', 'sealed_secret', 'begun_at_ms']);
    await forbidChangeOf(tx, 'recovery_codes', ['factor_id', 'code_hash', 'made_at_ms']);
  },
};
