/**
 * How a provider is doing, kept where a restart does not forget it and servers share it: who did not
 * answer is asked again after longer and longer rests, by whichever job and whichever server; who
 * asks to be left alone is.
 */
import { sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import type { Driver } from '../jobs/driver.ts';
import type { ProviderRecord } from '../rails/provider.ts';
import { perform, type Treasury, type Work } from '../store/command.ts';
import type { Reader, Tx } from '../store/tx.ts';

const REST_MS_MIN = 5_000;
const REST_MS_MAX = 15 * 60_000;
/** However long a provider says; by then it is asked again all the same. */
const QUIET_MS_MAX = 60 * 60_000;
/** One lost answer is nothing to tell anybody of. */
const UNHEALTHY_FROM_FAILURES = 3n;
const ERROR_LENGTH_MAX = 500;

export interface Rest {
  readonly untilMs: number;
  /** `asked`: it said so itself. */
  readonly because: 'failures' | 'asked';
}

/** Until when the provider is not to be asked, or null. */
export async function restOf(reader: Reader, rail: RailName, nowMs: number): Promise<Rest | null> {
  const row = await rowOf(reader, rail);
  const quietUntilMs = Number(row?.quiet_until_ms ?? 0n);
  // A rest beyond the longest was written by a clock that ran ahead.
  if (isAhead(quietUntilMs, nowMs, QUIET_MS_MAX)) return { untilMs: quietUntilMs, because: 'asked' };
  const backOffUntilMs = Number(row?.back_off_until_ms ?? 0n);
  if (isAhead(backOffUntilMs, nowMs, REST_MS_MAX)) return { untilMs: backOffUntilMs, because: 'failures' };
  return null;
}

const isAhead = (untilMs: number, nowMs: number, mostMs: number) => untilMs > nowMs && untilMs <= nowMs + mostMs;

export interface Silence {
  readonly words: string;
  /** How long it wants to be left alone, where it says so. */
  readonly retryAfterMs: number | null;
  /** Between 0 and 1; keeps servers from asking again together. */
  readonly random: () => number;
}

/** It did not answer, or not so that anybody could tell what it meant. Gives until when it is left alone. */
export async function noteSilence(driver: Driver, rail: RailName, silence: Silence): Promise<Rest> {
  const { treasury } = driver;
  const words = silence.words.slice(0, ERROR_LENGTH_MAX);
  const { rest, turned } = await treasury.writer.transaction(async (tx) => {
    const nowMs = treasury.clock.nowMs();
    const failures = await countFailure(tx, rail, nowMs, words);
    const fullMs = Math.min(REST_MS_MAX, REST_MS_MIN * 2 ** Math.min(Number(failures) - 1, 20));
    const backOffUntilMs = nowMs + Math.ceil(fullMs * (0.5 + silence.random() / 2));
    const quietUntilMs =
      silence.retryAfterMs === null ? null : nowMs + Math.min(QUIET_MS_MAX, Math.max(0, silence.retryAfterMs));
    await tx.run(sql`
      update provider_health set back_off_until_ms = ${BigInt(backOffUntilMs)},
        quiet_until_ms = ${quietUntilMs === null ? sql`quiet_until_ms` : BigInt(quietUntilMs)}
      where rail = ${rail}`);
    const rest: Rest =
      quietUntilMs !== null && quietUntilMs > backOffUntilMs
        ? { untilMs: quietUntilMs, because: 'asked' }
        : { untilMs: backOffUntilMs, because: 'failures' };
    return { rest, turned: failures >= UNHEALTHY_FROM_FAILURES };
  });
  if (turned) await sayUnhealthy(driver, rail, words);
  return rest;
}

/** Gives how many times in a row it has not answered by now. */
async function countFailure(tx: Tx, rail: RailName, nowMs: number, words: string): Promise<bigint> {
  const now = BigInt(nowMs);
  const { rows } = await tx.run<{ failures: bigint }>(sql`
    insert into provider_health (rail, failures, failing_since_ms, last_error, last_error_at_ms)
    values (${rail}, 1, ${now}, ${words}, ${now})
    on conflict (rail) do update set failures = provider_health.failures + 1,
      failing_since_ms = coalesce(provider_health.failing_since_ms, ${now}),
      last_error = ${words}, last_error_at_ms = ${now}
    returning failures`);
  const [row] = rows;
  if (!row) throw new Error('A failure that was counted has a count');
  return row.failures;
}

/** Once, when it turns: whoever wants to know is told, and not each time again. */
async function sayUnhealthy(driver: Driver, rail: RailName, words: string): Promise<void> {
  const row = await rowOf(driver.treasury.writer, rail);
  if (row?.unhealthy_since_ms !== null) return;
  await perform(driver.treasury, driver, async (work) => {
    await work.tx.run(sql`
      update provider_health set unhealthy_since_ms = coalesce(unhealthy_since_ms, failing_since_ms)
      where rail = ${rail} and failures > 0`);
    const subject = `provider:${rail}`;
    work.audit({ action: 'provider.unhealthy', subject, details: { why: words } });
    work.emit({ name: 'provider.unhealthy', subject, payload: { rail, why: words } });
  });
}

/** It answers. Nothing is written where nothing was wrong; what it asked for itself holds for as long as it said. */
export async function noteAnswer(driver: Driver, rail: RailName): Promise<void> {
  const row = await rowOf(driver.treasury.writer, rail);
  if (!row || row.failures === 0n) return;
  const wasUnhealthy = row.unhealthy_since_ms !== null;
  const clear = (tx: Tx) =>
    tx.run(sql`
      update provider_health set failures = 0, failing_since_ms = null, unhealthy_since_ms = null, back_off_until_ms = null
      where rail = ${rail}`);
  if (!wasUnhealthy) {
    await driver.treasury.writer.transaction(clear);
    return;
  }
  await perform(driver.treasury, driver, async (work) => {
    await clear(work.tx);
    const subject = `provider:${rail}`;
    work.audit({ action: 'provider.healthy', subject, details: { since: Number(row.unhealthy_since_ms) } });
    work.emit({ name: 'provider.healthy', subject, payload: { rail } });
  });
}

/** A page of its history was stored; there may be more. */
export async function notePage(work: Work, rail: RailName, records: readonly ProviderRecord[]): Promise<void> {
  const newest = records.reduce((most, { atMs }) => Math.max(most, atMs), 0);
  const newestAtMs = newest === 0 ? null : BigInt(newest);
  await work.tx.run(sql`
    insert into provider_health (rail, newest_at_ms, failures, pages, records)
    values (${rail}, ${newestAtMs}, 0, 1, ${BigInt(records.length)})
    on conflict (rail) do update set pages = provider_health.pages + 1,
      records = provider_health.records + excluded.records,
      newest_at_ms = case when provider_health.newest_at_ms > excluded.newest_at_ms or excluded.newest_at_ms is null
        then provider_health.newest_at_ms else excluded.newest_at_ms end`);
}

/** There was nothing more: everything that it has told of is here. */
export async function noteReadToEnd({ writer, clock }: Treasury, rail: RailName): Promise<void> {
  const now = BigInt(clock.nowMs());
  await writer.transaction((tx) =>
    tx.run(sql`
      insert into provider_health (rail, last_ok_at_ms, failures) values (${rail}, ${now}, 0)
      on conflict (rail) do update set last_ok_at_ms = ${now}, pages = 0, records = 0`),
  );
}

function rowOf(reader: Reader, rail: RailName) {
  return reader.db.selectFrom('provider_health').selectAll().where('rail', '=', rail).executeTakeFirst();
}
