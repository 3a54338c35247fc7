/** Looks at the machine's clock once a minute, and says so in the log and to the windows when it has fallen behind. */
import { noteClock } from '../../core/audit/watch-clock.ts';
import { perform, type Treasury } from '../../core/store/command.ts';
import { CLOCK_BEHIND_MS_MAX, type SteadyClock } from '../../core/store/steady-clock.ts';
import { jobActor } from './jobs/runner.ts';
import type { Timers } from './jobs/timers.ts';

const LOOK_EVERY_MS = 60_000;

export interface ClockWatchSurroundings {
  readonly treasury: Treasury;
  readonly clock: SteadyClock;
  readonly timers: Timers;
  readonly warn: (sentence: string) => void;
}

export class ClockWatch {
  readonly #around: ClockWatchSurroundings;
  #isBehind = false;
  #callOff: (() => void) | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(around: ClockWatchSurroundings) {
    this.#around = around;
  }

  /** Looks at once, and then every minute. */
  async start(): Promise<void> {
    await this.#look();
    this.#later();
  }

  async close(): Promise<void> {
    this.#callOff?.();
    this.#callOff = null;
    await this.#looking;
  }

  #later(): void {
    this.#callOff = this.#around.timers.after(LOOK_EVERY_MS, async () => {
      this.#looking = this.#look().catch((error: unknown) =>
        this.#around.warn(`The state of the clock could not be written down: ${String(error)}`),
      );
      await this.#looking;
      if (this.#callOff !== null) this.#later();
    });
  }

  async #look(): Promise<void> {
    const { treasury, clock } = this.#around;
    const behindMs = clock.behindMs();
    const isBehind = behindMs > CLOCK_BEHIND_MS_MAX;
    if (isBehind === this.#isBehind) return;
    const origin = { host: 'engine', ip: null, userAgent: null, correlationId: 'clock' };
    await perform(treasury, { action: 'clock.watch', actor: jobActor('clock'), origin }, (work) =>
      noteClock(work, isBehind ? behindMs : 0),
    );
    this.#isBehind = isBehind;
  }
}
