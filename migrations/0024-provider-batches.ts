import type { Migration } from '../core/store/migration.ts';
import { createTable, forbidChange, forbidChangeOf, statement } from './ddl.ts';

/** Payments that a provider takes together, and pays once it was given a code. */
export const migration: Migration = {
  number: 24,
  name: 'provider-batches',
  async up(tx) {
    await createTable(
      tx,
      'provider_batches',
      `id text primary key,
       rail text not null,
       reference text,
       state text not null check (state in ('asking', 'needs_code', 'released', 'lapsed', 'refused', 'unheard', 'unclear')),
       version bigint not null check (version > 0),
       payments bigint not null check (payments > 0),
       tries bigint not null check (tries >= 0 and tries <= tries_max),
       tries_max bigint not null check (tries_max > 0),
       asked_at_ms bigint not null,
       expires_at_ms bigint,
       code_given_at_ms bigint,
       code_given_by text,
       withheld text,
       said text,
       retry_at_ms bigint,
       released_by text,
       ended_at_ms bigint,
       passed_over_at_ms bigint,
       unique (rail, reference),
       check ((reference is null) = (expires_at_ms is null)),
       check (state not in ('needs_code', 'released', 'lapsed', 'unclear') or reference is not null),
       check (state not in ('refused', 'unheard') or reference is null),
       check ((state in ('asking', 'needs_code')) = (ended_at_ms is null)),
       check ((code_given_at_ms is null) = (code_given_by is null)),
       check (code_given_at_ms is null or state = 'needs_code'),
       check (released_by is null or state = 'released'),
       check (retry_at_ms is null or state = 'refused'),
       check (passed_over_at_ms is null or state = 'lapsed')`,
    );
    // Each payment of a batch is one attempt of one payout; an attempt is in one batch for ever.
    await createTable(
      tx,
      'provider_batch_payments',
      `batch_id text not null references provider_batches (id),
       position bigint not null check (position >= 0),
       payout_id text not null references payouts (id),
       attempt_id text not null unique references payout_attempts (id),
       primary key (batch_id, position)`,
      { clustered: true },
    );
    for (const index of [
      // One at a time: what is approved meanwhile comes with the next, under one code.
      `create unique index provider_batches_open on provider_batches (rail) where state in ('asking', 'needs_code')`,
      'create index provider_batches_by_time on provider_batches (asked_at_ms, id)',
      'create index provider_batch_payments_by_payout on provider_batch_payments (payout_id)',
    ]) {
      await statement(tx, index);
    }
    await forbidChangeOf(tx, 'provider_batches', ['id', 'rail', 'payments', 'tries_max', 'asked_at_ms']);
    await forbidChange(tx, 'provider_batch_payments');
  },
};
