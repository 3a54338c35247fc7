/**
 * One answer for one key: a request that is sent again, because its answer did not arrive, is not
 * carried out again. The key is taken before anything is done; that it was done is written in the
 * transaction that does it; the answer is kept after, for a day.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx, Writer } from '../store/tx.ts';
import { answerLost, keyInProgress, keyMismatch } from './errors.ts';

const KEPT_MS = 24 * 3_600_000;
/** One that is silent for so long was cut short; if it was not, it cannot commit any more. */
const TURN_MS_MAX = 5 * 60_000;
const ASK_AGAIN_MS = 1_000;
/** A longer answer is not kept: who asks again is told that it was carried out. */
const ANSWER_LENGTH_MAX = 1024 * 1024;

/** What was asked, by whom, under which key. */
export interface KeyedRequest {
  readonly caller: string;
  readonly key: string;
  readonly hash: string;
  /** True where carrying it out again gives the same answer, because its records hold the key too. */
  readonly repeatable: boolean;
}

/** The right to carry a request out. */
export interface Turn {
  readonly caller: string;
  readonly key: string;
  readonly turn: string;
}

export type Begun = { readonly turn: Turn } | { readonly answer: string };

export function hashOfRequest(procedure: string, input: unknown): string {
  return createHash('sha256')
    .update(`${procedure}\n${JSON.stringify(input ?? null)}`)
    .digest('hex');
}

/** Takes the key, or gives the answer that was given before. */
export async function beginRequest(tx: Tx, request: KeyedRequest, turn: string, nowMs: number): Promise<Begun> {
  const { caller, key, hash } = request;
  await tx.write
    .deleteFrom('idempotent_requests')
    .where('begun_at_ms', '<', BigInt(nowMs - KEPT_MS))
    .execute();
  const taken = await tx.write
    .insertInto('idempotent_requests')
    .values({
      caller,
      key,
      request_hash: hash,
      status: 'begun',
      turn,
      begun_at_ms: BigInt(nowMs),
      answer: null,
    })
    .onConflict((conflict) => conflict.columns(['caller', 'key']).doNothing())
    .returning('key')
    .execute();
  const mine = { turn: { caller, key, turn } };
  if (taken.length > 0) return mine;

  const lock = tx.dialect === 'postgres' ? sql` for update` : sql``;
  const { rows } = await tx.run<Earlier>(
    sql`select * from idempotent_requests where caller = ${caller} and key = ${key}${lock}`,
  );
  const [earlier] = rows;
  // Given up at this very moment by the one who had it.
  if (!earlier) throw keyInProgress(key, ASK_AGAIN_MS);
  if (earlier.request_hash !== hash) throw keyMismatch(key);
  if (earlier.answer !== null) return { answer: earlier.answer };
  const silentMs = nowMs - Number(earlier.begun_at_ms);
  if (silentMs < TURN_MS_MAX) throw keyInProgress(key, ASK_AGAIN_MS);
  if (earlier.status === 'committed' && !request.repeatable) throw answerLost(key);
  await tx.write
    .updateTable('idempotent_requests')
    .set({ status: 'begun', turn, begun_at_ms: BigInt(nowMs) })
    .where('caller', '=', caller)
    .where('key', '=', key)
    .execute();
  return mine;
}

interface Earlier {
  readonly request_hash: string;
  readonly status: 'begun' | 'committed' | 'answered';
  readonly begun_at_ms: bigint;
  readonly answer: string | null;
}

/** In the transaction that does what was asked: whoever lost their turn meanwhile does nothing. */
export async function commitRequest(tx: Tx, { caller, key, turn }: Turn): Promise<void> {
  const committed = await tx.write
    .updateTable('idempotent_requests')
    .set({ status: 'committed' })
    .where('caller', '=', caller)
    .where('key', '=', key)
    .where('turn', '=', turn)
    .returning('key')
    .execute();
  if (committed.length === 0) throw keyInProgress(key, ASK_AGAIN_MS);
}

export async function keepAnswer(writer: Writer, { caller, key, turn }: Turn, answer: string): Promise<void> {
  const kept =
    answer.length > ANSWER_LENGTH_MAX ? ({ status: 'committed' } as const) : ({ status: 'answered', answer } as const);
  await writer.transaction((tx) =>
    tx.write
      .updateTable('idempotent_requests')
      .set(kept)
      .where('caller', '=', caller)
      .where('key', '=', key)
      .where('turn', '=', turn)
      .execute(),
  );
}

/** Nothing was done: the key can be used again, for what is asked better. */
export async function giveUp(writer: Writer, { caller, key, turn }: Turn): Promise<void> {
  await writer.transaction((tx) =>
    tx.write
      .deleteFrom('idempotent_requests')
      .where('caller', '=', caller)
      .where('key', '=', key)
      .where('turn', '=', turn)
      .where('status', '=', 'begun')
      .execute(),
  );
}
