/** What the overview says of background work: what fails by name, and the rest in numbers. */

export interface Job {
  readonly name: string;
  readonly lastRunAtMs: number | null;
  readonly lastOutcome: 'ok' | 'failed' | null;
  readonly lastError: string | null;
}

interface JobCounts {
  /** The newest failure first. */
  readonly failed: readonly Job[];
  readonly ranWell: number;
  readonly neverRan: number;
  /** When any of them last ran. */
  readonly lastAtMs: number | null;
}

export function countJobs(jobs: readonly Job[]): JobCounts {
  const times = jobs.flatMap(({ lastRunAtMs }) => lastRunAtMs ?? []);
  return {
    failed: jobs
      .filter(({ lastOutcome }) => lastOutcome === 'failed')
      .toSorted((one, other) => (other.lastRunAtMs ?? 0) - (one.lastRunAtMs ?? 0)),
    ranWell: jobs.filter(({ lastOutcome }) => lastOutcome === 'ok').length,
    neverRan: jobs.filter(({ lastOutcome }) => lastOutcome === null).length,
    lastAtMs: times.length === 0 ? null : Math.max(...times),
  };
}
