/** How far an import has come, for whoever watches. Only the latest counts: what was missed is past. */
import type { ImportProgress } from '../../core/contract/imports.ts';

export class ProgressNews {
  #latest: ImportProgress = { step: 'waiting', done: 0, total: null };
  #told = 0;
  #ended = false;
  readonly #wakes = new Set<() => void>();

  tell(progress: ImportProgress): void {
    this.#latest = progress;
    this.#told += 1;
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *stream(signal: AbortSignal | undefined): AsyncGenerator<ImportProgress, void> {
    let seen = -1;
    let wake: () => void = () => undefined;
    const onWake = () => wake();
    this.#wakes.add(onWake);
    signal?.addEventListener('abort', onWake);
    try {
      while (!signal?.aborted) {
        if (seen !== this.#told) {
          seen = this.#told;
          yield this.#latest;
        } else if (this.#ended) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      signal?.removeEventListener('abort', onWake);
      this.#wakes.delete(onWake);
    }
  }

  #wake(): void {
    for (const wake of this.#wakes) wake();
  }
}
