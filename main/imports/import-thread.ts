/**
 * The thread of one import. A hostile or huge file can take this thread's memory and time, and no
 * others: it has a read-only connection, and is ended when the import is committed or cancelled.
 */
import { setImmediate as letOthersGoOn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Refusal } from '../../core/errors/refusal.ts';
import { addressCheckers } from '../rails/address-checkers.ts';
import type { ReadStore } from '../store/kysely-store.ts';
import { openPostgres } from '../store/postgres/store.ts';
import { shippedMigrations as migrations } from '../store/shipped-migrations.ts';
import { openVaultForReading } from '../store/vault/open.ts';
import { type GivenRow, type ImportSurroundings, OpenImport } from './open-import.ts';
import type { FromImport, ImportData, ToImport } from './thread-messages.ts';

const engine = parentPort;
if (!engine) throw new Error('An import runs in a worker thread');
const { importId, source, sandbox } = workerData as ImportData;

const say = (message: FromImport) => engine.postMessage(message);

function openStore(): Promise<ReadStore> | ReadStore {
  return source.kind === 'postgres'
    ? openPostgres({ url: source.url, connectionsMax: 1 })
    : openVaultForReading({ file: source.file, unlock: { kind: 'resume', dataKey: source.dataKey }, migrations });
}

const around: ImportSurroundings = {
  // Opened for each question: a connection that is kept would keep old pages from being cleaned up.
  async read(ask) {
    const store = await openStore();
    try {
      return await store.snapshot(ask);
    } finally {
      await store.close();
    }
  },
  checkers: addressCheckers(sandbox),
  nowMs: () => Date.now(),
  async step(progress) {
    say({ progress });
    await letOthersGoOn();
  },
};

let current: OpenImport | null = null;

function opened(): OpenImport {
  if (!current) throw new Error('An import is asked about before it is opened');
  return current;
}

/** What may be asked of an import. */
const QUESTIONS = {
  openFile: async (fileName: string, bytes: Uint8Array) => {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    current = await OpenImport.ofFile(importId, fileName, file, around);
    return current.opened();
  },
  openRows: async (rows: readonly GivenRow[]) => {
    current = OpenImport.ofRows(importId, rows, around);
    return current.opened();
  },
  names: (...about: Parameters<OpenImport['names']>) => opened().names(...about),
  check: (...about: Parameters<OpenImport['check']>) => opened().check(...about),
  correct: async (...about: Parameters<OpenImport['correct']>) => opened().correct(...about),
  rows: async (...about: Parameters<OpenImport['rows']>) => opened().rows(...about),
  firstProblems: async (limit: number) => opened().firstProblems(limit),
  problems: async () => opened().problems(),
  order: async (stamp: string) => opened().order(stamp),
};

export type ImportQuestions = typeof QUESTIONS;

engine.on('message', ({ id, question, about }: ToImport) => {
  // Only the import's own side asks, each question with what its name takes.
  const answerTo = QUESTIONS[question] as (...about: readonly unknown[]) => Promise<unknown>;
  Promise.resolve()
    .then(() => answerTo(...about))
    .then(
      (answer) => say({ id, answer }),
      (error: unknown) =>
        error instanceof Refusal
          ? say({ id, refusal: { code: error.code, data: error.data, message: error.message } })
          : say({ id, error: error instanceof Error ? error.message : String(error) }),
    );
});
