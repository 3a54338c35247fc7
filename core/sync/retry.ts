/** Trying records again that were given up: something that stood in their way may have been put right. */
import { sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import type { EventOutcome, RetriedMany } from '../contract/sync.ts';
import type { Driver } from '../jobs/driver.ts';
import { perform, type Work } from '../store/command.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';
import { notDead, unknownEvent } from './errors.ts';
import { EVENTS, type EventFilter, type EventName, isLike } from './event-views.ts';
import { handleOpen } from './settle.ts';

/** Each is written down by itself, in one transaction. */
const TRIED_AT_ONCE = 200;
const REASONS_MAX = 5;

/** From here on it is as one that was never tried, and may be given up again. */
export async function retryEvent(work: Work, { rail, eventId }: EventName): Promise<void> {
  const row = await work.tx.db
    .selectFrom('provider_events')
    .select(['outcome', 'tries', 'error'])
    .where('provider', '=', rail)
    .where('event_id', '=', eventId)
    .executeTakeFirst();
  if (!row) throw unknownEvent(rail, eventId);
  if (row.outcome !== 'dead') throw notDead(rail, eventId);
  await work.tx.write
    .updateTable('provider_events')
    .set({ outcome: 'retrying', handled_at_ms: null, tries: 0n, next_try_at_ms: BigInt(work.nowMs) })
    .where('provider', '=', rail)
    .where('event_id', '=', eventId)
    .where('outcome', '=', 'dead')
    .execute();
  const subject = `provider_event:${rail}:${eventId}`;
  work.audit({ action: 'provider_event.retry', subject, details: { tries: Number(row.tries), error: row.error } });
  work.emit({ name: 'provider_event.retried', subject });
}

/** What is open of a rail's records is looked at, without asking the provider. */
export function handleAgain(driver: Driver, rail: RailName): Promise<void> {
  return handleOpen(driver, rail, { stored: 0, settled: 0, quarantined: 0 });
}

export type GivenUp = Omit<EventFilter, 'outcome'>;

/** Oldest first, as they came. What stops one of them does not stop the others, and is told. */
export async function retryGivenUp(
  driver: Driver,
  which: GivenUp,
  triedAtOnce: number = TRIED_AT_ONCE,
): Promise<RetriedMany> {
  const { writer } = driver.treasury;
  const names = await perform(driver.treasury, driver, async (work) => {
    const chosen = await givenUp(work.tx, which, triedAtOnce);
    for (const name of chosen) await retryEvent(work, name);
    if (chosen.length === 0) work.audit({ action: driver.action, subject: 'provider_events', details: { tried: 0 } });
    return chosen;
  });
  for (const rail of new Set(names.map((name) => name.rail))) await handleAgain(driver, rail);
  const results = await resultsOf(writer, names);
  const stopped = results.filter((one) => !one.isOver);
  return {
    tried: names.length,
    handled: results.length - stopped.length,
    stopped: [...Map.groupBy(stopped, ({ outcome, why }) => `${outcome} ${why}`).values()]
      .flatMap((those) => (those[0] ? [{ outcome: those[0].outcome, why: those[0].why, count: those.length }] : []))
      .toSorted((a, b) => b.count - a.count)
      .slice(0, REASONS_MAX),
    more: await countGivenUp(writer, which),
  };
}

async function givenUp(reader: Reader, which: GivenUp, limit: number): Promise<readonly EventName[]> {
  const rows = await reader.rows<{ provider: RailName; event_id: string }>(sql`
    select e.provider, e.event_id from ${EVENTS} where ${isLike({ ...which, outcome: 'dead' })}
    order by e.received_at_ms, e.provider, e.event_id limit ${BigInt(limit)}`);
  return rows.map(({ provider, event_id }) => ({ rail: provider, eventId: event_id }));
}

async function resultsOf(reader: Reader, names: readonly EventName[]) {
  const rows = await reader.rows<{
    outcome: EventOutcome | null;
    error: string | null;
    handled_at_ms: bigint | null;
  }>(sql`
    select e.outcome, e.error, e.handled_at_ms
    from ${jsonRows(reader.dialect, { rail: 'text', eventId: 'text' }, names)} as w
    join provider_events e on e.provider = w.rail and e.event_id = w."eventId"`);
  return rows.map(({ outcome, error, handled_at_ms }) => ({
    outcome: outcome ?? ('stored' as const),
    why: error,
    isOver: handled_at_ms !== null && outcome !== 'dead',
  }));
}

async function countGivenUp(reader: Reader, which: GivenUp): Promise<number> {
  const [row] = await reader.rows<{ n: bigint }>(
    sql`select count(*) as n from ${EVENTS} where ${isLike({ ...which, outcome: 'dead' })}`,
  );
  return Number(row?.n ?? 0n);
}
