/** Jobs as people see them: how each is doing, and what came of its runs. */
import type { JobRun, JobView } from '../contract/jobs.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { unknownJob } from './errors.ts';

/** A job that is due for longer than this and does not run is late. */
const LATE_AFTER_MS = 5 * 60_000;

const time = (value: bigint | null) => (value === null ? null : Number(value));

/** Those that this version of the program has, in the order given. */
export async function listJobs(
  reader: Reader,
  jobs: readonly { readonly name: string; readonly timetable: string }[],
  nowMs: number,
): Promise<JobView[]> {
  const rows = await reader.db
    .selectFrom('jobs')
    .leftJoin('staff', 'staff.id', 'jobs.paused_by')
    .selectAll('jobs')
    .select('staff.name as paused_by_name')
    .execute();
  return jobs.map(({ name, timetable }): JobView => {
    const row = rows.find((candidate) => candidate.name === name);
    const paused = row?.paused_at_ms != null;
    const running = row?.lease_until_ms != null && Number(row.lease_until_ms) > nowMs;
    const lagMs = row && !paused && !running ? Math.max(0, nowMs - Number(row.next_run_at_ms)) : 0;
    const failures = Number(row?.failures ?? 0n);
    return {
      name,
      timetable,
      state: running ? 'running' : paused ? 'paused' : 'waiting',
      health: failures > 0 ? 'failing' : lagMs > LATE_AFTER_MS ? 'late' : row?.last_outcome == null ? 'new' : 'ok',
      failures,
      nextRunAtMs: row && !paused ? Number(row.next_run_at_ms) : null,
      lagMs,
      lastStartedAtMs: time(row?.last_started_at_ms ?? null),
      lastEndedAtMs: time(row?.last_ended_at_ms ?? null),
      lastOutcome: row?.last_outcome ?? null,
      lastSummary: row?.last_summary ?? null,
      pausedAtMs: time(row?.paused_at_ms ?? null),
      pausedBy: row?.paused_by_name ?? row?.paused_by ?? null,
    };
  });
}

export async function jobHistory(reader: Reader, name: string, page: PageRequest): Promise<Paged<JobRun>> {
  const [before] = decodeCursor(page.cursor, 1).map(cursorNumber);
  let query = reader.db
    .selectFrom('job_history')
    .selectAll()
    .where('name', '=', name)
    .orderBy('run', 'desc')
    .limit(page.limit + 1);
  if (before !== undefined) query = query.where('run', '<', before);
  const rows = await query.execute();
  if (rows.length === 0) {
    const known = await reader.db.selectFrom('jobs').select('name').where('name', '=', name).executeTakeFirst();
    if (!known) throw unknownJob(name);
  }
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({
      run: Number(row.run),
      cause: row.cause,
      holder: row.holder,
      startedAtMs: Number(row.started_at_ms),
      endedAtMs: time(row.ended_at_ms),
      outcome: row.outcome,
      summary: row.summary,
      items: Number(row.items),
    })),
    nextCursor: rows.length > page.limit && last ? encodeCursor([last.run.toString()]) : null,
  };
}
