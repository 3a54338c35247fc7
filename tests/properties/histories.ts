/** Thousands of histories over one provider: some hundred in one treasury, then in a new one. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Writer } from '../../core/store/tx.ts';
import { migrate } from '../../main/store/migrate.ts';
import { openDatabase } from '../../main/store/sqlite/database.ts';
import { sqliteWriteStore } from '../../main/store/sqlite/store.ts';
import { migrations } from '../../migrations/index.ts';
import { scratchFolder } from '../support/scratch.ts';

/** Each of them looks at everything that happened before in its treasury, so they get slower. */
const IN_ONE_TREASURY = 100;
const DATA_KEY = createHash('sha256').update('a simulation').digest();

/** What broke, and from which seed and for how many runs to see it again; null when nothing did. */
export interface BrokenHistory {
  readonly seed: number;
  readonly runs: number;
  readonly why: string;
}

export interface History {
  /** Throws what is wrong in the end. */
  run(seed: number): Promise<void>;
  /** What became of everything so far. */
  ends(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** In a new treasury; the name is what everything in it is made from. */
export type Begin = (writer: Writer, name: string) => Promise<History>;

export const playHistories =
  (begin: Begin) =>
  async (runs: number, seed: number, say: (sentence: string) => void): Promise<BrokenHistory | null> => {
    const ends = new Map<string, number>();
    for (let played = 0; played < runs; played += IN_ONE_TREASURY) {
      const broke = await playSome(begin, seed + played, Math.min(IN_ONE_TREASURY, runs - played), ends);
      if (broke) return broke;
      say(`${Math.min(played + IN_ONE_TREASURY, runs)} of ${runs} runs`);
    }
    say([...ends].map(([end, count]) => `${count} ${end}`).join(', '));
    return null;
  };

async function playSome(
  begin: Begin,
  first: number,
  runs: number,
  ends: Map<string, number>,
): Promise<BrokenHistory | null> {
  const folder = mkdtempSync(join(scratchFolder(), 'countersign-simulation-'));
  const store = sqliteWriteStore(openDatabase({ file: join(folder, 'a.vault'), dataKey: DATA_KEY, mode: 'create' }));
  try {
    await migrate(store, migrations, { nowMs: 0, beforeChangingRecords: async () => undefined });
    const history = await begin(store, `from ${first}`);
    try {
      for (let run = 0; run < runs; run++) {
        try {
          await history.run(first + run);
        } catch (error) {
          const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
          return { seed: first, runs: run + 1, why };
        }
      }
      for (const [end, count] of history.ends()) ends.set(end, (ends.get(end) ?? 0) + count);
      return null;
    } finally {
      await history.close();
    }
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}
