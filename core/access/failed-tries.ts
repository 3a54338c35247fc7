/**
 * Slows guessing, across restarts and across the servers of one database: after a few tries, each
 * further one must wait longer, and only the right answer ends that. A try counts when it begins,
 * so that many at once are not all the first.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Treasury } from '../store/command.ts';
import type { Tx } from '../store/tx.ts';
import { secondFactorSlowed, signInSlowed } from './errors.ts';
import { nameKey } from './names.ts';

const FREE_TRIES = 3;
const SLOW_MS_FIRST = 1_000;
/** So long nobody was slowed for, and so long a wait lasts at most: what is older says nothing. */
const REMEMBERED_MS = 30 * 24 * 3_600_000;

/** What is being guessed. */
export interface Guessed {
  readonly key: string;
  readonly waitMsMax: number;
  readonly refusal: (waitMs: number) => Error;
}

export const passphraseOf = (name: string): Guessed => ({
  key: `sign-in\n${nameKey(name)}`,
  waitMsMax: 60_000,
  refusal: signInSlowed,
});

/** A code has six digits only, so guessing it is slowed further than guessing a passphrase. */
export const secondFactorOf = (staffId: string): Guessed => ({
  key: `second factor\n${staffId}`,
  waitMsMax: 15 * 60_000,
  refusal: secondFactorSlowed,
});

/** In a transaction of its own, because the refusal that may follow takes everything else back. */
export async function beginTry({ writer, clock }: Pick<Treasury, 'writer' | 'clock'>, what: Guessed): Promise<void> {
  const nowMs = clock.nowMs();
  const waitMs = await writer.transaction(async (tx) => {
    await tx.write
      .deleteFrom('failed_tries')
      .where('last_at_ms', '<', BigInt(nowMs - REMEMBERED_MS))
      .execute();
    const { rows } = await tx.run<{ count: bigint; not_before_ms: bigint }>(sql`
      insert into failed_tries (key_hash, count, not_before_ms, last_at_ms)
      values (${hashOf(what)}, 1, ${BigInt(nowMs)}, ${BigInt(nowMs)})
      on conflict (key_hash) do update set count = failed_tries.count + 1, last_at_ms = excluded.last_at_ms
        where failed_tries.not_before_ms <= excluded.last_at_ms
      returning count`);
    const count = rows[0]?.count;
    if (count === undefined) return waitOf(tx, what, nowMs);
    const beyond = Number(count) - FREE_TRIES;
    const nextWaitMs = beyond < 0 ? 0 : Math.min(what.waitMsMax, SLOW_MS_FIRST * 2 ** beyond);
    await tx.write
      .updateTable('failed_tries')
      .set({ not_before_ms: BigInt(nowMs + nextWaitMs) })
      .where('key_hash', '=', hashOf(what))
      .execute();
    return 0;
  });
  if (waitMs > 0) throw what.refusal(waitMs);
}

/** The right answer was given. Says how many tries came before it. */
export async function forgetTries(tx: Tx, what: Guessed): Promise<number> {
  const forgotten = await tx.write
    .deleteFrom('failed_tries')
    .where('key_hash', '=', hashOf(what))
    .returning('count')
    .execute();
  return Math.max(0, Number(forgotten[0]?.count ?? 1n) - 1);
}

async function waitOf(tx: Tx, what: Guessed, nowMs: number): Promise<number> {
  const row = await tx.db
    .selectFrom('failed_tries')
    .select('not_before_ms')
    .where('key_hash', '=', hashOf(what))
    .executeTakeFirstOrThrow();
  return Math.max(1, Number(row.not_before_ms) - nowMs);
}

function hashOf({ key }: Guessed): string {
  return createHash('sha256').update(`countersign failed tries v1\n${key}`).digest('hex');
}
