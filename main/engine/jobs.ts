/**
 * The engine's own work: paying what is approved, and bringing back what providers say. A job
 * never overlaps itself, is asked to run soon when something happens that concerns it, and leaves
 * its last outcome in the vault.
 */
import { expireDueLots } from '../../core/ledger/spending.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import type { PayoutProvider } from '../../core/rails/provider.ts';
import type { Actor, Treasury } from '../../core/store/command.ts';
import { syncProvider } from '../../core/sync/settle.ts';

export interface JobOutcome {
  readonly outcome: 'ok' | 'failed';
  readonly summary: string;
}

interface Job {
  readonly name: string;
  readonly everyMs: number;
  /** Events after which it is worth running at once. */
  readonly wakesOn: readonly string[];
  readonly run: () => Promise<string>;
}

export const jobActor = (name: string): Actor => ({ kind: 'job', id: `job:${name}`, name, roles: [] });

export const syncJob = (provider: PayoutProvider) => `sync-${provider.rail}`;

export function jobsFor(treasury: Treasury, providers: readonly PayoutProvider[]): readonly Job[] {
  const perProvider = providers.flatMap((provider) => {
    const pay = `pay-${provider.rail}`;
    const sync = syncJob(provider);
    return [
      {
        name: pay,
        everyMs: 5_000,
        wakesOn: ['payout.approved', 'treasury.funded', 'payee.destination_confirmed'],
        run: async () => {
          const round = await drivePayouts({ treasury, actor: jobActor(pay), provider });
          const { started, completed, failed, waiting, unfunded } = round;
          return `${started} started, ${completed} completed, ${failed} failed, ${waiting} waiting, ${unfunded} unfunded`;
        },
      },
      {
        name: sync,
        everyMs: 5_000,
        wakesOn: ['payout.completed'],
        run: async () => {
          const { stored, settled } = await syncProvider(treasury, jobActor(sync), provider);
          return `${stored} records, ${settled} settled`;
        },
      },
    ];
  });
  return [...perProvider, expireLotsJob(treasury)];
}

function expireLotsJob(treasury: Treasury): Job {
  const name = 'expire-lots';
  return {
    name,
    everyMs: 60 * 60_000,
    wakesOn: [],
    run: async () => `${await expireDueLots(treasury, jobActor(name))} lots expired`,
  };
}

export class JobRunner {
  readonly #treasury: Treasury;
  readonly #jobs: readonly Job[];
  readonly #running = new Map<string, Promise<JobOutcome>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #wanted = new Set<string>();
  #stopped = false;

  constructor(treasury: Treasury, jobs: readonly Job[]) {
    this.#treasury = treasury;
    this.#jobs = jobs;
  }

  names(): readonly string[] {
    return this.#jobs.map((job) => job.name);
  }

  /** From now on the jobs run by themselves; without it they run only when asked to. */
  start(): void {
    for (const job of this.#jobs) this.#schedule(job, 0);
  }

  wake(eventNames: ReadonlySet<string>): void {
    if (this.#timers.size === 0) return;
    for (const job of this.#jobs) {
      if (!job.wakesOn.some((name) => eventNames.has(name))) continue;
      if (this.#running.has(job.name)) this.#wanted.add(job.name);
      else this.#schedule(job, 0);
    }
  }

  /** Null when there is no such job. Asking for a running job gives the outcome of that run. */
  runNow(name: string): Promise<JobOutcome> | null {
    const job = this.#jobs.find((candidate) => candidate.name === name);
    return job ? this.#run(job) : null;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(this.#running.values());
  }

  #schedule(job: Job, delayMs: number): void {
    clearTimeout(this.#timers.get(job.name));
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      void this.#run(job).then(() => {
        const soon = this.#wanted.delete(job.name);
        this.#schedule(job, soon ? 0 : job.everyMs);
      });
    }, delayMs);
    this.#timers.set(job.name, timer);
  }

  #run(job: Job): Promise<JobOutcome> {
    const already = this.#running.get(job.name);
    if (already !== undefined) return already;
    const run = this.#attempt(job).finally(() => this.#running.delete(job.name));
    this.#running.set(job.name, run);
    return run;
  }

  async #attempt(job: Job): Promise<JobOutcome> {
    let result: JobOutcome;
    try {
      result = { outcome: 'ok', summary: await job.run() };
    } catch (error) {
      result = { outcome: 'failed', summary: error instanceof Error ? error.message : String(error) };
    }
    await this.#remember(job.name, result);
    return result;
  }

  async #remember(name: string, { outcome, summary }: JobOutcome): Promise<void> {
    const row = {
      last_run_at_ms: BigInt(this.#treasury.clock.nowMs()),
      last_outcome: outcome,
      last_summary: summary,
    };
    await this.#treasury.writer.transaction((tx) =>
      tx.write
        .insertInto('job_runs')
        .values({ name, ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute(),
    );
  }
}
