/** What becomes of a delivery, and of its endpoint, by what was answered. */
import { sql } from 'kysely';
import type { Work } from '../store/command.ts';
import type { Tx } from '../store/tx.ts';
import type { DeliveryRow } from './deliveries.ts';

export interface Answer {
  /** Null when none came. */
  readonly status: number | null;
  /** The beginning of what it said, or why nothing came. */
  readonly text: string;
  /** How long it asked to be left alone. */
  readonly retryAfterMs: number | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Between tries of one delivery: three days in all, then it is given up. */
const RESTS_MS = [10_000, MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2, 5, 10, 14, 20, 20].map((rest) =>
  rest < 100 ? rest * HOUR_MS : rest,
);
/** An endpoint at which nothing got through for this long is switched off. */
export const FAILING_MS_MAX = 3 * 24 * HOUR_MS;
const REST_MS_MAX = HOUR_MS;
const ANSWER_MAX = 500;

/** Gone for good, by its own word. */
const GONE = 410;

export const isDelivered = ({ status }: Answer): boolean => status !== null && status >= 200 && status < 300;

/** It is away, or not itself: nothing else is sent there for a while. What it refuses by itself (4xx) is about the one event. */
export const isAway = ({ status }: Answer): boolean =>
  status === null || status >= 500 || status === 429 || status === 408;

/** Says why the endpoint is to be switched off; null when it is not. */
export async function noteAnswer(tx: Tx, row: DeliveryRow, answer: Answer, nowMs: number): Promise<string | null> {
  const last = sql`last_status = ${answer.status === null ? null : BigInt(answer.status)}, last_answer = ${answer.text.slice(0, ANSWER_MAX)}`;
  if (isDelivered(answer)) {
    await tx.run(sql`
      update webhook_deliveries set status = 'delivered', delivered_at_ms = ${BigInt(nowMs)}, next_try_at_ms = null, ${last}
      where id = ${row.id} and status = 'waiting'`);
    await tx.run(sql`
      update webhook_endpoints set failing_since_ms = null, failures = 0, rest_until_ms = null
      where id = ${row.endpoint_id} and (failures > 0 or rest_until_ms is not null)`);
    return null;
  }
  const restMs = RESTS_MS[Number(row.attempts) - 1];
  const nextMs = restMs === undefined ? null : nowMs + Math.max(restMs, answer.retryAfterMs ?? 0);
  await tx.run(sql`
    update webhook_deliveries set status = ${nextMs === null ? 'failed' : 'waiting'},
      next_try_at_ms = ${nextMs === null ? null : BigInt(nextMs)}, ${last}
    where id = ${row.id} and status = 'waiting'`);
  if (answer.status === GONE) return 'It answered that it is gone for good (410).';
  return isAway(answer) ? restEndpoint(tx, row.endpoint_id, answer, nowMs) : null;
}

async function restEndpoint(tx: Tx, id: string, answer: Answer, nowMs: number): Promise<string | null> {
  const { rows } = await tx.run<{ failures: bigint; failing_since_ms: bigint }>(sql`
    update webhook_endpoints set failures = failures + 1, failing_since_ms = coalesce(failing_since_ms, ${BigInt(nowMs)})
    where id = ${id} and status = 'active' returning failures, failing_since_ms`);
  const [endpoint] = rows;
  if (!endpoint) return null;
  const restMs = Math.min(REST_MS_MAX, 10_000 * 2 ** Math.min(Number(endpoint.failures) - 1, 12));
  const untilMs = nowMs + Math.max(restMs, answer.retryAfterMs ?? 0);
  await tx.run(sql`update webhook_endpoints set rest_until_ms = ${BigInt(untilMs)} where id = ${id}`);
  return nowMs - Number(endpoint.failing_since_ms) >= FAILING_MS_MAX ? 'Nothing got through for three days.' : null;
}

/** By the program itself: admins are told, and switch it on again when it is mended. */
export async function giveUpEndpoint(work: Work, id: string, reason: string): Promise<void> {
  await work.tx.run(sql`
    update webhook_endpoints set status = 'disabled', disabled_because = ${reason}, version = version + 1
    where id = ${id} and status = 'active'`);
  work.audit({ action: 'webhook.give_up', subject: `webhook:${id}`, details: { reason } });
  work.emit({ name: 'webhook.given_up', subject: `webhook:${id}` });
}

const KEPT_MS = 30 * 24 * HOUR_MS;
const PURGE_MAX = 5_000;

/** What was delivered, or waits for an endpoint that stays off, is not kept for ever. */
export async function purgeDeliveries(tx: Tx, nowMs: number): Promise<number> {
  const { changed } = await tx.run(sql`
    delete from webhook_deliveries where id in (
      select id from webhook_deliveries where created_at_ms < ${BigInt(nowMs - KEPT_MS)}
      order by created_at_ms limit ${BigInt(PURGE_MAX)})`);
  return Number(changed);
}
