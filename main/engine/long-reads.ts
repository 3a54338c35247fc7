/** The engine's side of the thread of long reads. It is started with the first question. */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../core/contract/index.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { SecretsKeyFile } from '../store/secrets/open-secrets.ts';
import type { About, Answer, Question } from './reader-thread.ts';
import type { ThreadRole } from './thread-messages.ts';

export type ReaderSource =
  | { readonly kind: 'file'; readonly file: string; readonly dataKey: Uint8Array }
  | { readonly kind: 'postgres'; readonly url: string; readonly secretsKey: SecretsKeyFile };

export interface ReaderData {
  readonly role: Extract<ThreadRole, 'reader'>;
  readonly source: ReaderSource;
}

export interface ToReader {
  readonly id: number;
  readonly question: Question;
  readonly about: readonly unknown[];
}

const refusal = z.object({
  code: z.string().refine((code) => Object.hasOwn(ERRORS, code)),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

const fromReader = z.union([
  z.object({ id: z.int(), error: z.string(), refusal: refusal.optional() }),
  z.object({ id: z.int(), answer: z.unknown() }),
]);

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class LongReads {
  readonly #threadUrl: URL;
  readonly #source: () => ReaderSource;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;

  constructor(threadUrl: URL, source: () => ReaderSource) {
    this.#threadUrl = threadUrl;
    this.#source = source;
  }

  ask<Q extends Question>(question: Q, ...about: About<Q>): Promise<Answer<Q>> {
    const worker = this.#thread();
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      // The thread answers each question with the type that its name stands for.
      this.#waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      worker.postMessage({ id, question, about } satisfies ToReader);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker;
    const workerData: ReaderData = { role: 'reader', source: this.#source() };
    const worker = new Worker(this.#threadUrl, { workerData, name: 'countersign-long-reads' });
    let reason = new Error('The thread of long reads ended');
    worker.on('message', (message: unknown) => this.#take(message));
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(reason);
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }

  #take(message: unknown): void {
    const parsed = fromReader.parse(message);
    const waiting = this.#waiting.get(parsed.id);
    this.#waiting.delete(parsed.id);
    if ('error' in parsed) waiting?.reject(errorOf(parsed));
    else waiting?.resolve(parsed.answer);
  }
}

/** A refusal loses its class on the way between threads, not its code. */
function errorOf({ error, refusal: refused }: { error: string; refusal?: z.infer<typeof refusal> | undefined }): Error {
  return refused ? new Refusal(refused.code as ErrorCode, refused.data, error) : new Error(error);
}
