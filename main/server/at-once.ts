/** So much of one kind is done at once, so much waits for its turn, and the rest is told to come again. */
import { Refusal } from '../../core/errors/refusal.ts';

const COME_AGAIN_MS = 1_000;

export interface AtOnceLimits {
  readonly runningMax: number;
  readonly waitingMax: number;
}

export class AtOnce {
  readonly #limits: AtOnceLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: AtOnceLimits) {
    this.#limits = limits;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.runningMax) {
      if (this.#waiting.length >= this.#limits.waitingMax) {
        throw new Refusal('request.too_many', { waitMs: COME_AGAIN_MS });
      }
      await new Promise<void>((go) => this.#waiting.push(go));
    } else {
      this.#running += 1;
    }
    try {
      return await task();
    } finally {
      // Whoever is next takes this place, so that nobody who comes now gets in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
