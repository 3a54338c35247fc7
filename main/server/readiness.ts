/** `GET /readyz`: may calls be sent here? Says which part is missing when not. */
import type { Engine } from '../engine/host.ts';

const ANSWER_WITHIN_MS = 2_000;

export interface Readiness {
  readonly ready: boolean;
  readonly store: 'open' | 'locked' | 'none' | 'unreachable';
  /** A vault that is open has been migrated: it does not open otherwise. */
  readonly migrations: 'current' | 'unknown';
  readonly jobs: 'running' | 'stopped';
  /** Jobs that keep failing, or that run nowhere though they are due: somebody's business, and no reason to send calls elsewhere. */
  readonly failingJobs: readonly string[];
  readonly lateJobs: readonly string[];
  readonly engineRestarts: number | null;
}

const NO_JOBS = { running: false, failing: [], late: [] };

export async function readiness(engine: Engine): Promise<Readiness> {
  const options = { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
  try {
    const [health, vault] = await Promise.all([
      engine.client.desk.health(undefined, options),
      engine.client.vault.status(undefined, options),
    ]);
    const open = vault.state === 'open';
    const jobs = open ? await engine.client.watching.jobs(undefined, options) : NO_JOBS;
    return {
      ready: open && health.status === 'ok' && jobs.running,
      store: vault.state,
      migrations: open ? 'current' : 'unknown',
      jobs: jobs.running ? 'running' : 'stopped',
      failingJobs: jobs.failing,
      lateJobs: jobs.late,
      engineRestarts: health.engineRestarts,
    };
  } catch {
    // Whatever kept the engine from answering, it is not ready; the engine reports its own faults.
    return {
      ready: false,
      store: 'unreachable',
      migrations: 'unknown',
      jobs: 'stopped',
      failingJobs: [],
      lateJobs: [],
      engineRestarts: null,
    };
  }
}
