/** A run that this process holds the lease of: renews it while the job works, and says when it is over. */

import type { Clock } from '../../../core/ids/ids.ts';
import { LEASE_MS, type Lease, RUN_MS_MAX, renewLease } from '../../../core/jobs/leases.ts';
import type { JobCause } from '../../../core/jobs/tables.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { type Turn, TurnOver } from './job.ts';
import type { Timers } from './timers.ts';

const RENEW_EVERY_MS = LEASE_MS / 3;

export interface TurnSurroundings {
  readonly writer: Writer;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly warn: (sentence: string) => void;
}

export class HeldTurn implements Turn {
  readonly lease: Lease;
  /** Rejects with why the run is over, should it be over before the job is done; never resolves. */
  readonly over: Promise<never>;
  readonly #around: TurnSurroundings;
  #because: TurnOver | null = null;
  #renewedAtMs: number;
  #rejectOver: (because: TurnOver) => void = () => undefined;
  #callOff: readonly (() => void)[] = [];

  constructor(lease: Lease, around: TurnSurroundings) {
    this.lease = lease;
    this.#around = around;
    this.#renewedAtMs = lease.startedAtMs;
    this.over = new Promise((_resolve, reject) => {
      this.#rejectOver = reject;
    });
    // A job that ends well never asks.
    this.over.catch(() => undefined);
    this.#callOff = [this.#around.timers.after(RUN_MS_MAX, async () => this.end('overran'))];
    this.#renewLater();
  }

  get cause(): JobCause {
    return this.lease.cause;
  }

  async step(): Promise<void> {
    // Asked of the clock as well: a machine that slept wakes here before any of its timers.
    if (this.#around.clock.nowMs() - this.lease.startedAtMs >= RUN_MS_MAX) this.end('overran');
    if (this.#because) throw this.#because;
    if (this.#around.clock.nowMs() - this.#renewedAtMs >= RENEW_EVERY_MS) await this.#renew();
    if (this.#because) throw this.#because;
  }

  end(because: TurnOver['because']): void {
    if (this.#because) return;
    this.#because = new TurnOver(because);
    // A vault that closes waits until the job has stopped by itself; nothing may use a closed store.
    if (because !== 'stopping') this.#rejectOver(this.#because);
  }

  /** The job is done, one way or the other. */
  release(): void {
    for (const callOff of this.#callOff) callOff();
    this.#callOff = [];
  }

  async #renew(): Promise<void> {
    const nowMs = this.#around.clock.nowMs();
    if (await renewLease(this.#around.writer, this.lease, nowMs)) this.#renewedAtMs = nowMs;
    else this.end('lost');
  }

  #renewLater(): void {
    const callOff = this.#around.timers.after(RENEW_EVERY_MS, async () => {
      if (this.#because || this.#callOff.length === 0) return;
      try {
        await this.#renew();
      } catch (error) {
        // The database does not answer: until the lease has lapsed it is still ours, and the job's
        // own next statement will say what is wrong.
        this.#around.warn(`The lease of ${this.lease.name} could not be renewed: ${String(error)}`);
      }
      if (this.#callOff.length > 0) this.#renewLater();
    });
    this.#callOff = [...this.#callOff.slice(0, 1), callOff];
  }
}
