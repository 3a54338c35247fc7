/**
 * Leases. Several servers share one database, and a job must run on one of them at a time: whoever
 * runs it holds its row under a lease that lapses by itself. The holder renews it while it works;
 * when the holder dies, sleeps or takes too long, another takes over under a higher run number, and
 * the first finds at its next step that the run is no longer its own.
 *
 * A lease keeps work from being done twice in vain. It is not what keeps a payment from being made
 * twice: clocks of servers differ, so every use case that a job calls guards itself.
 */
import { sql } from 'kysely';
import type { Reader, Writer } from '../store/tx.ts';
import type { JobCause } from './tables.ts';

/** A holder not heard of for this long is taken to be dead. */
export const LEASE_MS = 60_000;
/** No run lasts longer: what it has not done is left to the next. */
export const RUN_MS_MAX = 10 * 60_000;
/** So many runs of each job are remembered. */
const HISTORY_KEPT = 500;

export interface Lease {
  readonly name: string;
  readonly run: bigint;
  readonly holder: string;
  readonly cause: JobCause;
  readonly startedAtMs: number;
  readonly failures: number;
}

/** Makes sure that each job has its row; one that is new is first due when it says. */
export async function registerJobs(
  writer: Writer,
  jobs: readonly { readonly name: string; readonly firstRunAtMs: number }[],
): Promise<void> {
  const known = await writer.db.selectFrom('jobs').select('name').execute();
  const missing = jobs.filter(({ name }) => !known.some((row) => row.name === name));
  if (missing.length === 0) return;
  await writer.transaction(async (tx) => {
    for (const { name, firstRunAtMs } of missing) {
      await tx.run(sql`
        insert into jobs (name, next_run_at_ms, run, failures) values (${name}, ${BigInt(firstRunAtMs)}, 0, 0)
        on conflict (name) do nothing`);
    }
  });
}

export interface Claim {
  readonly name: string;
  readonly holder: string;
  readonly cause: JobCause;
  readonly nowMs: number;
  /** No run is ever planned later than this: a time beyond it was written by a clock that ran ahead. */
  readonly latestNextRunMs: number;
}

/**
 * Null when somebody else runs it, or when it is not its time. The clock waits until the job is
 * due; an event only until it is not paused; a person who asks is not kept waiting.
 */
export async function claimJob(
  writer: Writer,
  { name, holder, cause, nowMs, latestNextRunMs }: Claim,
): Promise<Lease | null> {
  const now = BigInt(nowMs);
  const wanted = {
    clock: sql`paused_at_ms is null and (next_run_at_ms <= ${now} or next_run_at_ms > ${BigInt(latestNextRunMs)})`,
    event: sql`paused_at_ms is null`,
    hand: sql`1 = 1`,
  }[cause];
  return writer.transaction(async (tx) => {
    const { rows } = await tx.run<{ run: bigint; failures: bigint }>(sql`
      update jobs set holder = ${holder}, lease_until_ms = ${BigInt(nowMs + LEASE_MS)}, run = run + 1, last_started_at_ms = ${now}
      where name = ${name} and (lease_until_ms is null or lease_until_ms <= ${now} or lease_until_ms > ${BigInt(nowMs + RUN_MS_MAX)}) and ${wanted}
      returning run, failures`);
    const [claimed] = rows;
    if (!claimed) return null;
    await tx.run(sql`
      update job_history set outcome = 'lost', ended_at_ms = ${now}, summary = 'Its process was not heard of any more.'
      where name = ${name} and outcome is null`);
    await tx.run(sql`
      insert into job_history (name, run, holder, cause, started_at_ms, items)
      values (${name}, ${claimed.run}, ${holder}, ${cause}, ${now}, 0)`);
    return { name, run: claimed.run, holder, cause, startedAtMs: nowMs, failures: Number(claimed.failures) };
  });
}

/**
 * For whoever knows that nobody else is at work: a vault file is open once, and a lease found in it
 * is that of a process that died.
 */
export async function breakLeases(writer: Writer, nowMs: number): Promise<void> {
  const held = await writer.db.selectFrom('jobs').select('name').where('holder', 'is not', null).execute();
  if (held.length === 0) return;
  await writer.transaction(async (tx) => {
    await tx.run(sql`update jobs set holder = null, lease_until_ms = null where holder is not null`);
    await tx.run(sql`
      update job_history set outcome = 'lost', ended_at_ms = ${BigInt(nowMs)}, summary = 'Its process died.' where outcome is null`);
  });
}

/** False when the run is no longer this holder's, or has had its time. */
export async function renewLease(writer: Writer, lease: Lease, nowMs: number): Promise<boolean> {
  const deadlineMs = lease.startedAtMs + RUN_MS_MAX;
  if (nowMs >= deadlineMs) return false;
  return writer.transaction(async (tx) => {
    const { changed } = await tx.run(sql`
      update jobs set lease_until_ms = ${BigInt(Math.min(nowMs + LEASE_MS, deadlineMs))}
      where name = ${lease.name} and run = ${lease.run} and holder = ${lease.holder}`);
    return changed === 1n;
  });
}

export interface RunEnd {
  readonly outcome: 'ok' | 'failed' | 'stopped';
  readonly summary: string;
  readonly items: number;
  readonly nextRunAtMs: number;
  /** False for a run of a frequent job that found nothing to do: only its time is remembered. */
  readonly remember: boolean;
}

/** Gives the job back. False when it had been taken over meanwhile: then nothing is said of it. */
export async function endRun(writer: Writer, lease: Lease, nowMs: number, end: RunEnd): Promise<boolean> {
  const { name, run, holder } = lease;
  const now = BigInt(nowMs);
  const failures = end.outcome === 'ok' ? 0 : lease.failures + (end.outcome === 'failed' ? 1 : 0);
  return writer.transaction(async (tx) => {
    const { changed } = await tx.run(sql`
      update jobs set holder = null, lease_until_ms = null, next_run_at_ms = ${BigInt(end.nextRunAtMs)},
        failures = ${BigInt(failures)}, last_ended_at_ms = ${now}, last_outcome = ${end.outcome}, last_summary = ${end.summary}
      where name = ${name} and run = ${run} and holder = ${holder}`);
    if (changed === 0n) return false;
    if (!end.remember) {
      await tx.run(sql`delete from job_history where name = ${name} and run = ${run}`);
      return true;
    }
    await tx.run(sql`
      update job_history set outcome = ${end.outcome}, ended_at_ms = ${now}, summary = ${end.summary}, items = ${BigInt(end.items)}
      where name = ${name} and run = ${run}`);
    await tx.run(sql`
      delete from job_history where name = ${name} and run < (
        select min(run) from (select run from job_history where name = ${name} order by run desc limit ${BigInt(HISTORY_KEPT)}) as kept)`);
    return true;
  });
}

export interface JobDue {
  readonly nextRunAtMs: number;
  readonly leaseUntilMs: number | null;
  readonly paused: boolean;
}

/** When it is worth asking for the job again. */
export async function jobDue(reader: Reader, name: string): Promise<JobDue | null> {
  const row = await reader.db.selectFrom('jobs').selectAll().where('name', '=', name).executeTakeFirst();
  if (!row) return null;
  return {
    nextRunAtMs: Number(row.next_run_at_ms),
    leaseUntilMs: row.lease_until_ms === null ? null : Number(row.lease_until_ms),
    paused: row.paused_at_ms !== null,
  };
}
