/** Waits where NOWPayments asks to be asked a little later, as far as one round has time for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';

export type Wait = (ms: number) => Promise<unknown>;

/** A longer wait than this is not waited for: the round ends. */
const WAIT_MS_MAX = 5_000;
const WAIT_MS_MIN = 250;
/** Of one round. Whatever else its job looks after waits meanwhile. */
const WAITS_MS_MAX = 60_000;

export class Patience {
  readonly #wait: Wait;
  #leftMs = WAITS_MS_MAX;

  constructor(wait: Wait = sleep) {
    this.#wait = wait;
  }

  /** Asks again only for what provably was not taken. */
  async with<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        const asked = error instanceof ProviderUnreachable && error.notTaken ? error.retryAfterMs : null;
        const waitMs = Math.max(asked ?? 0, WAIT_MS_MIN);
        if (asked === null || waitMs > WAIT_MS_MAX || waitMs > this.#leftMs) throw error;
        this.#leftMs -= waitMs;
        await this.#wait(waitMs);
      }
    }
  }
}
