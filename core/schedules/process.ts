/**
 * Creates the payouts of schedules whose time has come, each exactly once whatever crashes:
 *
 *   1. `begin` takes the schedule: from here on it is `processing`.
 *   2. `complete` creates the payout and says so, in one transaction. The payout's key is the
 *      schedule's id, and the schedule names at most one payout: either of the two alone would
 *      keep a second from being made.
 *   3. When that is refused, `giveBack` writes down why and counts the try.
 *
 * A crash between two steps leaves a schedule in `processing`, which the next run goes on with.
 */
import { Refusal } from '../errors/refusal.ts';
import type { Driver } from '../jobs/driver.ts';
import { requestPayout } from '../payouts/request.ts';
import { perform, type Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { staleSchedule } from './errors.ts';
import { changeSchedule, getSchedule, lockSchedule, type ScheduleRecord } from './repository.ts';
import type { ScheduleEvent } from './transitions.ts';

/** Tries to create a payout before a person has to look. */
export const SCHEDULE_TRIES_MAX = 3n;
/** Between two tries. */
export const TRY_AGAIN_MS = 15 * 60_000;
const PAGE = 100;

export interface ProcessedSchedules {
  readonly processed: number;
  readonly failed: number;
  /** Refused, with tries left. */
  readonly waiting: number;
  /** When it is worth coming again sooner than the timetable says. */
  readonly againInMs: number | null;
}

/** `max` bounds what one call does; whoever called comes again for the rest. */
export async function processDueSchedules(driver: Driver, max = Number.MAX_SAFE_INTEGER): Promise<ProcessedSchedules> {
  const { writer, clock } = driver.treasury;
  const tally = { processed: 0, failed: 0, waiting: 0 };
  const faults: unknown[] = [];
  // What becomes due while this runs is left to the next run: the list ends.
  const nowMs = clock.nowMs();
  let after: DueSchedule | null = null;
  let left = max;
  while (left > 0) {
    const due: readonly DueSchedule[] = await dueSchedules(writer, nowMs, after, Math.min(PAGE, left));
    for (const { id } of due) {
      await driver.step?.();
      const done = await processSchedule(driver, id);
      if (!done) continue;
      const { schedule, fault } = done;
      if (schedule.status === 'processed') tally.processed += 1;
      else if (schedule.status === 'failed') tally.failed += 1;
      else tally.waiting += 1;
      if (fault !== null) faults.push(fault);
    }
    left -= due.length;
    after = due.at(-1) ?? after;
    if (due.length < PAGE) break;
  }
  // Every schedule had its turn; now the job may say that something of ours is broken.
  if (faults.length > 0)
    throw new AggregateError(faults, `${faults.length} schedules met a fault: ${messageOf(faults[0])}`);
  return { ...tally, againInMs: left <= 0 ? 0 : tally.waiting > 0 ? TRY_AGAIN_MS : null };
}

interface DueSchedule {
  readonly id: string;
  readonly due_at_ms: bigint;
}

/** Soonest first. Those left in processing are among them: nobody else goes on with them. */
function dueSchedules(
  reader: Reader,
  nowMs: number,
  after: DueSchedule | null,
  limit: number,
): Promise<readonly DueSchedule[]> {
  const query = reader.db
    .selectFrom('payout_schedules')
    .select(['id', 'due_at_ms'])
    .where('deleted_at_ms', 'is', null)
    .where((is) =>
      is.or([
        is('status', '=', 'processing'),
        is.and([
          is('status', '=', 'pending'),
          is('due_at_ms', '<=', BigInt(nowMs)),
          is.or([is('last_retry_at_ms', 'is', null), is('last_retry_at_ms', '<=', BigInt(nowMs - TRY_AGAIN_MS))]),
        ]),
      ]),
    )
    .orderBy('due_at_ms')
    .orderBy('id')
    .limit(limit);
  if (after === null) return query.execute();
  return query
    .where((is) =>
      is.or([
        is('due_at_ms', '>', after.due_at_ms),
        is.and([is('due_at_ms', '=', after.due_at_ms), is('id', '>', after.id)]),
      ]),
    )
    .execute();
}

/** A person does not wait for its time, or tries again what failed. The outcome is the schedule's state. */
export async function triggerSchedule(driver: Driver, input: { readonly id: string }): Promise<ScheduleRecord> {
  await perform(driver.treasury, driver, (work) => begin(work, input.id, 'trigger'));
  const { schedule, fault } = await finish(driver, input.id);
  if (fault !== null) throw fault;
  return schedule;
}

interface Processed {
  readonly schedule: ScheduleRecord;
  /** A fault of ours, no refusal. */
  readonly fault: unknown;
}

/** Null when somebody was first: it was triggered, cancelled or deleted since it was listed. */
async function processSchedule(driver: Driver, id: string): Promise<Processed | null> {
  try {
    const { status } = await getSchedule(driver.treasury.writer, id);
    if (status !== 'processing') await perform(driver.treasury, driver, (work) => begin(work, id, 'start'));
  } catch (error) {
    if (isStale(error) || (error instanceof Refusal && error.code === 'schedule.unknown')) return null;
    throw error;
  }
  return finish(driver, id);
}

async function begin(work: Work, id: string, event: Extract<ScheduleEvent, 'start' | 'trigger'>): Promise<void> {
  const schedule = await lockSchedule(work.tx, id);
  await changeSchedule(work, schedule, event);
  work.audit({ action: `payout-schedule.${event}`, subject: `schedule:${id}`, details: { from: schedule.status } });
  work.emit({ name: 'schedule.processing', subject: `schedule:${id}` });
}

async function finish(driver: Driver, id: string): Promise<Processed> {
  const { treasury } = driver;
  try {
    const schedule = await perform(treasury, { ...driver, action: 'payout-schedule.complete' }, (work) =>
      complete(work, id),
    );
    return { schedule, fault: null };
  } catch (error) {
    // Somebody else finished it in the meantime.
    if (isStale(error)) return { schedule: await getSchedule(treasury.writer, id), fault: null };
    const reason =
      error instanceof Refusal ? `${error.message} [${error.code}]` : `A fault of ours: ${messageOf(error)}`;
    const schedule = await perform(treasury, { ...driver, action: 'payout-schedule.refused' }, (work) =>
      giveBack(work, id, reason),
    );
    return { schedule, fault: error instanceof Refusal ? null : error };
  }
}

async function complete(work: Work, id: string): Promise<ScheduleRecord> {
  const schedule = await lockSchedule(work.tx, id);
  if (schedule.status !== 'processing') throw staleSchedule(id, schedule.status);
  const payout = await requestPayout(work, {
    reference: schedule.reference,
    payeeId: schedule.payeeId,
    destinationId: schedule.destinationId,
    assetId: schedule.assetId,
    amountMinor: schedule.amountMinor,
    funding: schedule.funding,
    idempotencyKey: `schedule:${schedule.id}`,
    requestedBy: schedule.writtenBy,
    source: 'schedule',
  });
  const processed = await changeSchedule(work, schedule, 'complete', {
    payout_id: payout.id,
    processed_at_ms: BigInt(work.nowMs),
    failure_reason: null,
  });
  work.audit({ action: 'payout-schedule.complete', subject: `schedule:${id}`, details: { payout: payout.id } });
  work.emit({ name: 'schedule.processed', subject: `schedule:${id}`, payload: { payout: payout.id } });
  return processed;
}

async function giveBack(work: Work, id: string, reason: string): Promise<ScheduleRecord> {
  const schedule = await lockSchedule(work.tx, id);
  const action = 'payout-schedule.refused';
  if (schedule.status !== 'processing') {
    // Somebody else finished it after this try had begun: theirs is the outcome.
    work.audit({ action, subject: `schedule:${id}`, details: { reason, status: schedule.status } });
    return schedule;
  }
  const tries = schedule.retryCount >= SCHEDULE_TRIES_MAX ? SCHEDULE_TRIES_MAX : schedule.retryCount + 1n;
  const event = tries >= SCHEDULE_TRIES_MAX ? 'give_up' : 'try_later';
  const given = await changeSchedule(work, schedule, event, {
    retry_count: tries,
    failure_reason: reason.slice(0, 1_000),
    last_retry_at_ms: BigInt(work.nowMs),
  });
  work.audit({ action, subject: `schedule:${id}`, details: { reason, tries: Number(tries), to: given.status } });
  work.emit({ name: event === 'give_up' ? 'schedule.failed' : 'schedule.refused', subject: `schedule:${id}` });
  return given;
}

const isStale = (error: unknown): boolean => error instanceof Refusal && error.code === 'schedule.stale';
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
