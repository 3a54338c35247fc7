/**
 * Using the pool inside one of its transactions is the easiest mistake to make with a database:
 * on one connection it waits for ever, and on several it silently runs outside the transaction.
 * Whatever runs in a transaction therefore carries a mark, and pools refuse work that carries it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

interface Mark {
  state: 'opening' | 'running' | 'over';
}

const marks = new AsyncLocalStorage<Mark>();

/** `open` must call `begun` on entering the work, after it has its connection. */
export async function inTransaction<T>(open: (begun: () => void) => Promise<T>): Promise<T> {
  refuseInsideTransaction();
  const mark: Mark = { state: 'opening' };
  try {
    return await marks.run(mark, () =>
      open(() => {
        mark.state = 'running';
      }),
    );
  } finally {
    // What the work left running (a notification, say) carries the mark on, but may use the pool.
    mark.state = 'over';
  }
}

export function refuseInsideTransaction(): void {
  if (marks.getStore()?.state === 'running') {
    throw new Error('The store was used inside a running transaction: pass the transaction (tx) on instead');
  }
}

/** A transaction opened by another way than `inTransaction` would run unmarked, and so unguarded. */
export function refuseUnmarkedTransaction(): void {
  if (marks.getStore()?.state !== 'opening') {
    throw new Error('Open transactions with Writer.transaction or snapshot, not on the query builder');
  }
}
