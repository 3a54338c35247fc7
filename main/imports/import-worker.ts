/** The engine's side of one import's thread. */
import { Worker } from 'node:worker_threads';
import type { ImportProgress } from '../../core/contract/imports.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import { importCancelled, unreadable } from '../../core/payouts/import/errors.ts';
import type { ImportQuestions } from './import-thread.ts';
import type { FromImport, ImportData, ImportQuestion, ToImport } from './thread-messages.ts';

/** A file of the greatest size, its rows, and what was found about them. */
const MEMORY_MIB_MAX = 2_048;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class ImportWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onProgress: (progress: ImportProgress) => void;
  #lastId = 0;
  #ended: Error | null = null;

  constructor(threadUrl: URL, data: ImportData, onProgress: (progress: ImportProgress) => void) {
    this.#onProgress = onProgress;
    this.#worker = new Worker(threadUrl, {
      workerData: data,
      name: 'countersign-import',
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB_MAX },
    });
    this.#worker.on('message', (message: FromImport) => this.#take(message));
    this.#worker.on('error', (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      this.#end(
        code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? unreadable('The file needs more memory than an import may take. Divide it.')
          : error instanceof Error
            ? error
            : new Error(String(error)),
      );
    });
    this.#worker.on('exit', () => this.#end(importCancelled()));
  }

  ask<Q extends ImportQuestion>(
    question: Q,
    about: Parameters<ImportQuestions[Q]>,
    transfer: ArrayBuffer[] = [],
  ): Promise<Awaited<ReturnType<ImportQuestions[Q]>>> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended);
        return;
      }
      // The thread answers each question with the type that its name stands for.
      this.#waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.#worker.postMessage({ id, question, about } satisfies ToImport, transfer);
    });
  }

  /** At once, whatever it is doing: it has written nothing. */
  async close(): Promise<void> {
    this.#end(importCancelled());
    await this.#worker.terminate();
  }

  /** Whoever waits is told the first reason there was. */
  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }

  #take(message: FromImport): void {
    if ('progress' in message) {
      this.#onProgress(message.progress);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('answer' in message) waiting?.resolve(message.answer);
    else if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.reject(new Refusal(message.refusal.code, message.refusal.data, message.refusal.message));
  }
}
