/**
 * The providers' records: each is stored as it came, once, before it is handled. One that cannot be
 * handled is tried again, after longer and longer rests, while those about other payouts go on; in
 * the end it is put where people see it, and holds nothing up any more.
 */
import { sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import type { Driver } from '../jobs/driver.ts';
import type { ProviderRecord } from '../rails/provider.ts';
import { perform, type Work } from '../store/command.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { type Evidence, read, written } from './stored-record.ts';
import { type Outcome, weigh } from './weigh.ts';

/** After the first try that failed, the second, … When they are used up, the record is given up. */
const RESTS_MS = [10_000, 60_000, 5 * 60_000, 15 * 60_000] as const;
const ERROR_LENGTH_MAX = 500;
/** Rows of one statement: databases take only so many values at once. */
const STORED_AT_ONCE = 500;

/** A stored record that is open. */
export interface OpenRecord {
  readonly eventId: string;
  readonly reference: string | null;
  /** Throws where what is kept of it cannot be read. */
  readonly evidence: () => Evidence;
  /** What became of it when it was looked at before. */
  readonly before: Outcome | null;
}

const fresh = (evidence: Evidence): OpenRecord => ({
  eventId: evidence.eventId,
  reference: evidence.reference,
  evidence: () => evidence,
  before: null,
});

/** Gives those that were not stored before, in their order: providers repeat themselves. */
export async function storeRecords(
  work: Work,
  rail: RailName,
  records: readonly ProviderRecord[],
): Promise<readonly OpenRecord[]> {
  const stored = new Set<string>();
  for (let from = 0; from < records.length; from += STORED_AT_ONCE) {
    const rows = await work.tx.write
      .insertInto('provider_events')
      .values(records.slice(from, from + STORED_AT_ONCE).map((record) => rowOf(work, rail, record)))
      .onConflict((conflict) => conflict.columns(['provider', 'event_id']).doNothing())
      .returning('event_id')
      .execute();
    for (const { event_id } of rows) stored.add(event_id);
  }
  // Deleted as they are found: the same record twice on one page is one record.
  return records.filter(({ eventId }) => stored.delete(eventId)).map(({ raw: _, ...evidence }) => fresh(evidence));
}

function rowOf(work: Work, provider: RailName, { raw, ...evidence }: ProviderRecord) {
  return {
    provider,
    event_id: evidence.eventId,
    received_at_ms: BigInt(work.nowMs),
    raw,
    reference: evidence.reference,
    key: evidence.key,
    record: written(evidence),
    at_ms: BigInt(evidence.atMs),
    handled_at_ms: null,
    outcome: null,
    payout_id: null,
    tries: 0n,
    next_try_at_ms: null,
    error: null,
  };
}

/** Stores each record and weighs it, in one transaction: for whoever can be sure that it can be done. */
export async function takeRecords(
  work: Work,
  rail: RailName,
  records: readonly ProviderRecord[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const record of await storeRecords(work, rail, records)) outcomes.push(await handle(work, rail, record));
  return outcomes;
}

/** In their order, but for those that wait behind another about the same payment. */
export async function handleTogether(
  work: Work,
  rail: RailName,
  records: readonly OpenRecord[],
): Promise<readonly Outcome[]> {
  const held = await heldUp(work.tx, rail, work.nowMs);
  const outcomes: Outcome[] = [];
  for (const record of records) {
    if (record.reference === null || !held.has(record.reference)) outcomes.push(await handle(work, rail, record));
  }
  return outcomes;
}

async function handle(work: Work, rail: RailName, record: OpenRecord): Promise<Outcome> {
  const already = await handledMeanwhile(work.tx, rail, record);
  if (already !== null) return already;
  const evidence = record.evidence();
  const { outcome, payoutId } = await weigh(work, rail, evidence, record.before);
  const isOver = outcome !== 'waits' && outcome !== 'quarantined';
  await work.tx.write
    .updateTable('provider_events')
    .set({
      handled_at_ms: isOver ? BigInt(work.nowMs) : null,
      outcome,
      payout_id: payoutId,
      next_try_at_ms: null,
      error: null,
    })
    .where('provider', '=', rail)
    .where('event_id', '=', evidence.eventId)
    .execute();
  // It names a payment that others only called by the provider's name, and were not understood for it.
  if (payoutId !== null) await openUnmatched(work, rail, evidence.reference);
  return outcome;
}

/** Two may have found it open: a sync, and somebody who tries again. The second takes the first's word. */
async function handledMeanwhile(tx: Tx, rail: RailName, { eventId }: OpenRecord): Promise<Outcome | null> {
  const lock = tx.dialect === 'postgres' ? sql` for update` : sql``;
  const [row] = await tx.rows<{ outcome: Outcome | 'dead' }>(sql`
    select outcome from provider_events
    where provider = ${rail} and event_id = ${eventId} and handled_at_ms is not null${lock}`);
  if (row === undefined) return null;
  return row.outcome === 'dead' ? 'waits' : row.outcome;
}

async function openUnmatched(work: Work, rail: RailName, reference: string): Promise<void> {
  await work.tx.run(sql`
    update provider_events set handled_at_ms = null, outcome = null
    where provider = ${rail} and reference = ${reference} and outcome = 'unmatched'`);
}

/** Each by itself, for records of which one could not be handled together with the others. */
export async function handleEach(
  driver: Driver,
  rail: RailName,
  records: readonly OpenRecord[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const held = await heldUp(driver.treasury.writer, rail, driver.treasury.clock.nowMs());
  for (const record of records) {
    const { reference } = record;
    // What comes after it about the same payment waits for it.
    if (reference !== null && held.has(reference)) continue;
    await driver.step?.();
    try {
      outcomes.push(
        await perform(driver.treasury, driver, async (work) => {
          const outcome = await handle(work, rail, record);
          const subject = subjectOf(rail, record);
          work.audit({ action: driver.action, subject, details: { outcome } });
          work.emit({ name: 'provider_event.handled', subject });
          return outcome;
        }),
      );
    } catch (error) {
      const { isGivenUp } = await noteFailure(driver, rail, record, error);
      if (reference !== null && !isGivenUp) held.add(reference);
    }
  }
  return outcomes;
}

const subjectOf = (rail: RailName, { eventId }: OpenRecord) => `provider_event:${rail}:${eventId}`;

/** In a transaction of its own, the other one was rolled back. Without a database, this fails like everything else. */
async function noteFailure(
  driver: Driver,
  rail: RailName,
  record: OpenRecord,
  error: unknown,
): Promise<{ readonly isGivenUp: boolean }> {
  const why = (error instanceof Error ? error.message : String(error)).slice(0, ERROR_LENGTH_MAX);
  const { treasury } = driver;
  const row = await treasury.writer.db
    .selectFrom('provider_events')
    .select('tries')
    .where('provider', '=', rail)
    .where('event_id', '=', record.eventId)
    .executeTakeFirstOrThrow();
  const rest = RESTS_MS[Number(row.tries)];
  await perform(treasury, driver, async (work) => {
    await work.tx.write
      .updateTable('provider_events')
      .set({
        outcome: rest === undefined ? 'dead' : 'retrying',
        handled_at_ms: rest === undefined ? BigInt(work.nowMs) : null,
        tries: row.tries + 1n,
        next_try_at_ms: rest === undefined ? null : BigInt(work.nowMs + rest),
        error: why,
      })
      .where('provider', '=', rail)
      .where('event_id', '=', record.eventId)
      .execute();
    const subject = subjectOf(rail, record);
    const tries = Number(row.tries) + 1;
    const name = rest === undefined ? 'provider_event.dead' : 'provider_event.retrying';
    work.audit({ action: name, subject, details: { tries, why } });
    work.emit({ name, subject, payload: { rail, eventId: record.eventId, why } });
  });
  return { isGivenUp: rest === undefined };
}

/** The payments about which a record could not be handled, and is not to be tried again yet. */
async function heldUp(reader: Reader, rail: RailName, nowMs: number): Promise<Set<string>> {
  const rows = await reader.rows<{ reference: string }>(sql`
    select reference from provider_events
    where provider = ${rail} and handled_at_ms is null and outcome = 'retrying' and next_try_at_ms > ${BigInt(nowMs)}
      and reference is not null`);
  return new Set(rows.map(({ reference }) => reference));
}

/** As it is kept: one that waits for its payment to be settled need not be weighed before. */
const IS_REVERSAL = sql.raw(`e.record like '%"reversal":{"reference":%'`);

/**
 * Records that are to be looked at now: stored and not handled, to be tried again, or kept waiting
 * by a quarantine that has been resolved since, or by a payment that has. Those that wait behind
 * another are left out.
 */
export async function openRecords(
  reader: Reader,
  rail: RailName,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<readonly OpenRecord[]> {
  const now = BigInt(nowMs);
  const rows = await reader.rows<{
    event_id: string;
    reference: string | null;
    record: string | null;
    outcome: string | null;
    received_at_ms: bigint;
    at_ms: bigint | null;
  }>(sql`
    select e.event_id, e.reference, e.record, e.outcome, e.received_at_ms, e.at_ms from provider_events e
    where e.provider = ${rail} and e.handled_at_ms is null and (
      (e.outcome = 'retrying' and e.next_try_at_ms <= ${now})
      or (e.outcome is null and not exists (
        select 1 from provider_events r
        where r.provider = e.provider and r.reference = e.reference and r.handled_at_ms is null
          and r.outcome = 'retrying' and r.next_try_at_ms > ${now}))
      or (e.outcome in ('waits', 'quarantined') and exists (
        select 1 from payout_attempts a join payouts p on p.id = a.payout_id
        where ((a.rail = e.provider and a.provider_reference = e.reference) or a.key = e.key)
          and p.status <> 'quarantined' and not (p.status = 'processing' and a.status = 'open')
          and not (p.status = 'completed' and a.status = 'completed' and a.settled_at_ms is null and ${IS_REVERSAL}))))
    order by e.received_at_ms, e.event_id limit ${BigInt(limit)}`);
  // Those of one page came at one time: then by when the provider says they happened.
  const inOrder = rows.toSorted(
    (a, b) => Number(a.received_at_ms - b.received_at_ms) || Number((a.at_ms ?? 0n) - (b.at_ms ?? 0n)),
  );
  return inOrder.map(({ event_id, reference, record, outcome }) => ({
    eventId: event_id,
    reference,
    evidence: () => read(record),
    before: outcome === 'waits' || outcome === 'quarantined' ? outcome : null,
  }));
}
