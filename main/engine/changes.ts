/** Tells the windows what was committed, as it happens. What a window misses it asks for again. */
import type { CommittedEvent } from '../../core/store/command.ts';

const QUEUE_MAX = 1_000;

export class Changes {
  readonly #listeners = new Set<(events: readonly CommittedEvent[]) => void>();

  announce(events: readonly CommittedEvent[]): void {
    for (const listener of this.#listeners) listener(events);
  }

  listen(listener: (events: readonly CommittedEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * A stream for one window, until it goes away. A window that does not keep up loses the oldest
   * and still learns that something changed, which is all it needs.
   */
  async *stream(signal: AbortSignal | undefined): AsyncGenerator<CommittedEvent, void> {
    const queue: CommittedEvent[] = [];
    let wake: () => void = () => undefined;
    const stop = this.listen((events) => {
      queue.push(...events);
      queue.splice(0, Math.max(0, queue.length - QUEUE_MAX));
      wake();
    });
    const onAbort = () => wake();
    signal?.addEventListener('abort', onAbort);
    try {
      while (!signal?.aborted) {
        const next = queue.shift();
        if (next) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      stop();
    }
  }
}
