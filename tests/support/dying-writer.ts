/** A writer whose process dies at one of its transactions, before or after the commit. */
import type { Writer } from '../../core/store/tx.ts';

export class Died extends Error {
  override readonly name = 'Died';
}

export interface Death {
  /** The transaction it dies at, counted from 1. */
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** `count` gives how many transactions there have been; nothing works after the death. */
export function dyingWriter(writer: Writer, death: Death): Writer & { readonly count: () => number } {
  let count = 0;
  let dead = false;
  const alive = () => {
    if (dead) throw new Died('The process is dead');
  };
  return {
    get dialect() {
      return writer.dialect;
    },
    get db() {
      alive();
      return writer.db;
    },
    rows: (query) => {
      alive();
      return writer.rows(query);
    },
    async transaction(work) {
      alive();
      count += 1;
      const dies = count === death.at;
      if (dies && death.when === 'before') {
        dead = true;
        alive();
      }
      try {
        return await writer.transaction(work);
      } finally {
        // Dead is dead, whether it was committed or rolled back.
        if (dies) {
          dead = true;
          alive();
        }
      }
    },
    count: () => count,
  };
}
