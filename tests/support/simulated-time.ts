/** A clock and timers that a test moves: what is planned happens in order, and the clock waits for it. */
import type { Timers } from '../../main/engine/jobs/timers.ts';
import type { TestClock } from './treasury.ts';

interface Planned {
  readonly atMs: number;
  readonly act: () => Promise<void>;
}

export class SimulatedTime implements TestClock, Timers {
  #nowMs: number;
  #planned: Planned[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, act: () => Promise<void>): () => void {
    const planned = { atMs: this.#nowMs + delayMs, act };
    this.#planned.push(planned);
    return () => {
      this.#planned = this.#planned.filter((other) => other !== planned);
    };
  }

  /** The clock alone moves, as on a machine that sleeps; timers are late when it wakes. */
  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** Everything planned happens at its time; what is overdue, first and at once. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#planned.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.#planned = this.#planned.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      await next.act();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** A process that is gone has no timers any more. */
  forgetAll(): void {
    this.#planned = [];
  }
}
