/**
 * Runs the jobs: each at its time, never two at once on all servers together, again soon after a
 * failure, once for all the times that were slept through, and at once when something happened
 * that concerns it.
 */
import { jobRunning } from '../../../core/jobs/errors.ts';
import { claimJob, endRun, jobDue, registerJobs } from '../../../core/jobs/leases.ts';
import type { JobCause } from '../../../core/jobs/tables.ts';
import { noteTurn } from '../../../core/jobs/upkeep.ts';
import { type Actor, perform, type Treasury } from '../../../core/store/command.ts';
import { HeldTurn } from './held-turn.ts';
import { type Job, type JobResult, Resting, RunAgainLater, TurnOver } from './job.ts';
import type { Timers } from './timers.ts';
import { inWords, nextAfter } from './timetable.ts';

export interface JobOutcome {
  readonly outcome: 'ok' | 'failed' | 'stopped';
  readonly summary: string;
}

export interface RunnerSurroundings {
  readonly treasury: Treasury;
  readonly timers: Timers;
  /** This process, told from every other. */
  readonly holder: string;
  /** Between 0 and 1; keeps servers that failed together from trying again together. */
  readonly random: () => number;
  /** Told of what no job's history can hold, because the database does not answer. */
  readonly warn: (sentence: string) => void;
}

type RunResult = Pick<JobResult, 'items' | 'againInMs'>;

export const jobActor = (name: string): Actor => ({ kind: 'job', id: `job:${name}`, name, roles: [] });

/** It stopped by itself, and knows until when. */
const isRest = ({ outcome }: JobOutcome, result: RunResult | null) => outcome === 'stopped' && result !== null;

/** However far away its time is, a job is looked at this often: clocks are set, machines sleep, others change it. */
const LOOK_EVERY_MS_MAX = 60_000;
const LOOK_EVERY_MS_MIN = 250;
const BACK_OFF_MS_MIN = 30_000;
const BACK_OFF_MS_MAX = 15 * 60_000;
/** Runs of jobs more frequent than this leave no history when there was nothing to do. */
const FREQUENT_MS = 10 * 60_000;

export class JobRunner {
  readonly #jobs: readonly Job[];
  readonly #around: RunnerSurroundings;
  readonly #running = new Map<string, { readonly turn: HeldTurn; readonly outcome: Promise<JobOutcome> }>();
  readonly #timers = new Map<string, () => void>();
  readonly #wanted = new Set<string>();
  /** Those about to run because of an event. One that gathers is not put off by each that follows. */
  readonly #woken = new Set<string>();
  readonly #unanswered = new Set<string>();
  #registered: Promise<void> | null = null;
  #started = false;
  #stopped = false;

  constructor(around: RunnerSurroundings, jobs: readonly Job[]) {
    this.#around = around;
    this.#jobs = jobs;
  }

  /** Whether they run by themselves. */
  get isStarted(): boolean {
    return this.#started && !this.#stopped;
  }

  names(): readonly string[] {
    return this.#jobs.map((job) => job.name);
  }

  timetables(): readonly { readonly name: string; readonly timetable: string }[] {
    return this.#jobs.map(({ name, timetable }) => ({ name, timetable: inWords(timetable) }));
  }

  /** From now on the jobs run by themselves; without it they run only when asked to. */
  start(): void {
    this.#started = true;
    for (const job of this.#jobs) this.#later(job, 0, 'clock');
  }

  wake(eventNames: ReadonlySet<string>): void {
    if (!this.#started) return;
    for (const job of this.#jobs) {
      if (job.wakesOn !== 'anything' && !job.wakesOn.some((name) => eventNames.has(name))) continue;
      if (this.#running.has(job.name)) this.#wanted.add(job.name);
      else if (!this.#woken.has(job.name)) this.#soon(job);
    }
  }

  /**
   * Null when there is no such job. Asking for one that this process runs already gives the outcome
   * of that run; one that runs elsewhere is refused.
   */
  async runNow(name: string): Promise<JobOutcome | null> {
    const job = this.#jobs.find((candidate) => candidate.name === name);
    if (!job) return null;
    const outcome = await this.#run(job, 'hand');
    if (this.#started && this.#wanted.delete(name)) this.#soon(job);
    if (!outcome) throw jobRunning(name);
    return outcome;
  }

  /** What was planned for a job may be wrong now. */
  lookAgain(name: string): void {
    const job = this.#jobs.find((candidate) => candidate.name === name);
    if (job && this.#started && !this.#running.has(name)) this.#later(job, 0, 'clock');
  }

  /** Jobs that run are told to stop at their next step, and waited for. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const callOff of this.#timers.values()) callOff();
    this.#timers.clear();
    for (const { turn } of this.#running.values()) turn.end('stopping');
    // One whose end could not be written down has said so to whoever started it.
    await Promise.allSettled([...this.#running.values()].map(({ outcome }) => outcome));
  }

  #soon(job: Job): void {
    this.#later(job, job.gathersMs ?? 0, 'event');
    if (!this.#stopped) this.#woken.add(job.name);
  }

  /** One timer for each job: the sooner of what is planned counts no more once something else is. */
  #later(job: Job, delayMs: number, cause: JobCause): void {
    this.#timers.get(job.name)?.();
    this.#woken.delete(job.name);
    if (this.#stopped) return;
    const callOff = this.#around.timers.after(delayMs, async () => {
      this.#woken.delete(job.name);
      let soonMs = LOOK_EVERY_MS_MAX;
      try {
        await this.#run(job, cause);
        soonMs = await this.#untilNext(job);
        this.#unanswered.delete(job.name);
      } catch (error) {
        // The database itself does not answer. What is due stays due. Said once, not every minute.
        if (!this.#unanswered.has(job.name))
          this.#around.warn(`The job ${job.name} could not be looked at: ${String(error)}`);
        this.#unanswered.add(job.name);
      }
      const wanted = this.#wanted.delete(job.name);
      if (wanted) this.#soon(job);
      else this.#later(job, soonMs, 'clock');
    });
    this.#timers.set(job.name, callOff);
  }

  async #untilNext({ name }: Job): Promise<number> {
    if (this.#stopped) return LOOK_EVERY_MS_MAX;
    const due = await jobDue(this.#around.treasury.writer, name);
    if (!due || due.paused) return LOOK_EVERY_MS_MAX;
    const untilMs = Math.max(due.nextRunAtMs, due.leaseUntilMs ?? 0) - this.#around.treasury.clock.nowMs();
    return Math.min(LOOK_EVERY_MS_MAX, Math.max(LOOK_EVERY_MS_MIN, untilMs));
  }

  /** Null when it is not due, or somebody else's. */
  async #run(job: Job, cause: JobCause): Promise<JobOutcome | null> {
    const already = this.#running.get(job.name);
    if (already) return already.outcome;
    await this.#register();
    const { treasury, timers, holder, warn } = this.#around;
    const { writer, clock } = treasury;
    const nowMs = clock.nowMs();
    const latestNextRunMs = Math.max(nextAfter(job.timetable, nowMs), nowMs + BACK_OFF_MS_MAX);
    const lease = await claimJob(writer, { name: job.name, holder, cause, nowMs, latestNextRunMs });
    if (!lease) return this.#running.get(job.name)?.outcome ?? null;
    const turn = new HeldTurn(lease, { writer, clock, timers, warn });
    // It begins once it is known to run: what it does may already concern itself.
    const outcome = Promise.resolve()
      .then(() => this.#take(job, turn))
      .finally(() => this.#running.delete(job.name));
    this.#running.set(job.name, { turn, outcome });
    // It was closed while the claim was on its way.
    if (this.#stopped) turn.end('stopping');
    return outcome;
  }

  async #take(job: Job, turn: HeldTurn): Promise<JobOutcome> {
    let end: JobOutcome;
    let result: RunResult | null = null;
    try {
      const done = await Promise.race([job.run(turn), turn.over]);
      result = done;
      end = { outcome: 'ok', summary: done.summary };
    } catch (error) {
      const stopping = error instanceof TurnOver && error.because === 'stopping';
      if (error instanceof RunAgainLater) result = { items: 0, againInMs: error.inMs };
      end = {
        outcome: stopping || error instanceof Resting ? 'stopped' : 'failed',
        summary: error instanceof Error ? error.message : String(error),
      };
    } finally {
      turn.release();
    }
    await this.#remember(job, turn, end, result);
    return end;
  }

  async #remember(job: Job, { lease }: HeldTurn, end: JobOutcome, result: RunResult | null): Promise<void> {
    const { treasury } = this.#around;
    const nowMs = treasury.clock.nowMs();
    const frequent = job.timetable.kind === 'every' && job.timetable.ms < FREQUENT_MS;
    const items = result?.items ?? 0;
    const ended = await endRun(treasury.writer, lease, nowMs, {
      ...end,
      items,
      nextRunAtMs: this.#nextRun(job, lease.failures, end, result, nowMs),
      remember: !frequent || items > 0 || !(end.outcome === 'ok' || isRest(end, result)),
    });
    const turned = end.outcome === 'failed' ? lease.failures === 0 : end.outcome === 'ok' && lease.failures > 0;
    if (!ended || !turned) return;
    const origin = { host: 'engine', ip: null, userAgent: null, correlationId: `${job.name}:${lease.run}` };
    await perform(treasury, { action: `job.${end.outcome}`, actor: jobActor(job.name), origin }, (work) =>
      noteTurn(work, { name: job.name, failed: end.outcome === 'failed', summary: end.summary }),
    );
  }

  #nextRun(job: Job, failuresBefore: number, end: JobOutcome, result: RunResult | null, nowMs: number): number {
    const regularMs = nextAfter(job.timetable, nowMs);
    switch (end.outcome) {
      case 'ok':
        return result?.againInMs === undefined ? regularMs : Math.min(regularMs, nowMs + result.againInMs);
      case 'failed': {
        if (result?.againInMs !== undefined) return nowMs + Math.min(result.againInMs, BACK_OFF_MS_MAX);
        const first = job.timetable.kind === 'every' ? job.timetable.ms : BACK_OFF_MS_MIN;
        const fullMs = Math.min(BACK_OFF_MS_MAX, first * 2 ** Math.min(failuresBefore, 20));
        const backOffMs = Math.ceil(fullMs * (0.5 + this.#around.random() / 2));
        // A job that keeps failing must not come round more often than one that goes well.
        return job.timetable.kind === 'every'
          ? nowMs + Math.max(backOffMs, job.timetable.ms)
          : Math.min(regularMs, nowMs + backOffMs);
      }
      case 'stopped':
        return nowMs + Math.min(result?.againInMs ?? 0, BACK_OFF_MS_MAX);
    }
  }

  #register(): Promise<void> {
    this.#registered ??= registerJobs(
      this.#around.treasury.writer,
      this.#jobs.map(({ name, timetable }) => {
        const nowMs = this.#around.treasury.clock.nowMs();
        return { name, firstRunAtMs: timetable.kind === 'every' ? nowMs : nextAfter(timetable, nowMs) };
      }),
    ).catch((error: unknown) => {
      this.#registered = null;
      throw error;
    });
    return this.#registered;
  }
}
