/**
 * An attempt of which its provider, though it answers, cannot say whether it was taken: the others go on,
 * and it is asked about this one after longer and longer rests. They are kept with the attempt, for other
 * servers and for whoever comes after a restart.
 */
import { type ExpressionBuilder, sql } from 'kysely';
import type { PayoutId } from '../ids/ids.ts';
import type { Treasury } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import type { AttemptRecord } from './attempts.ts';
import type { PayoutTables } from './tables.ts';

const REST_MS_MIN = 15_000;
const REST_MS_MAX = 15 * 60_000;

/** As long again as it has been open already. */
export async function restAttempt({ writer, clock }: Treasury, { id }: Pick<AttemptRecord, 'id'>): Promise<void> {
  await writer.transaction(async (tx) => {
    const { created_at_ms: sinceMs } = await tx.db
      .selectFrom('payout_attempts')
      .select('created_at_ms')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const nowMs = clock.nowMs();
    const restMs = Math.min(REST_MS_MAX, Math.max(REST_MS_MIN, nowMs - Number(sinceMs)));
    await tx.run(sql`
      update payout_attempts set rest_until_ms = ${BigInt(nowMs + restMs)} where id = ${id} and status = 'open'`);
  });
}

/** A rest beyond the longest was written by a clock that ran ahead. */
export function isAwake(nowMs: number) {
  return ({ or, eb }: ExpressionBuilder<PayoutTables, 'payout_attempts'>) =>
    or([
      eb('payout_attempts.rest_until_ms', 'is', null),
      eb('payout_attempts.rest_until_ms', '<=', BigInt(nowMs)),
      eb('payout_attempts.rest_until_ms', '>', BigInt(nowMs + REST_MS_MAX)),
    ]);
}

/** When the provider is asked again about an attempt that it could not say anything of; null where there is none. */
export async function restOfAttempt(reader: Reader, id: PayoutId): Promise<{ readonly untilMs: number } | null> {
  const row = await reader.db
    .selectFrom('payout_attempts')
    .select('rest_until_ms')
    .where('payout_id', '=', id)
    .where('status', '=', 'open')
    .where('rest_until_ms', 'is not', null)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.rest_until_ms == null ? null : { untilMs: Number(row.rest_until_ms) };
}
