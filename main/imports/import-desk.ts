/**
 * The imports that are open now, each in a thread of its own and each its opener's alone. They live
 * in memory: after a restart the file is chosen again, and nothing was written.
 */
import type {
  ImportDone,
  ImportPreview,
  ImportProgress,
  ImportRow,
  OpenedImport,
  RowProblem,
} from '../../core/contract/imports.ts';
import type { Clock, Ids } from '../../core/ids/ids.ts';
import { importBusy, importCancelled, unknownImport } from '../../core/payouts/import/errors.ts';
import type { FederationResolver, Resolution, Resolutions } from '../../core/rails/address.ts';
import type { Paged } from '../../core/store/paging.ts';
import type { ReaderSource } from '../engine/long-reads.ts';
import { ImportWorker } from './import-worker.ts';
import type { CheckChoices, CheckedOrder, GivenRow, OpenImport } from './open-import.ts';
import { ProgressNews } from './progress-news.ts';

export interface ImportDeskOptions {
  readonly threadUrl: URL;
  readonly source: () => ReaderSource;
  readonly sandbox: boolean;
  /** A file's thread asks nobody: what its names stand for is asked here. */
  readonly federation: FederationResolver;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** One more closes the one that was left alone for the longest. */
const OPEN_MAX = 4;

interface Open {
  readonly id: string;
  readonly owner: string;
  readonly worker: ImportWorker;
  readonly news: ProgressNews;
  /** What its names were said to stand for. Of those that nobody answered for, the next check asks again. */
  readonly names: Map<string, Resolution>;
  /** Aborted when the import is cancelled. */
  readonly cancelled: AbortController;
  /** What is being done; one thing at a time. */
  work: Promise<unknown> | null;
  usedAtMs: number;
  /** The stamp that was committed, and what came of it. */
  done: { readonly stamp: string; readonly result: ImportDone } | null;
}

/** What committing works with: tells how far it is, lets others go on, and throws when it is cancelled. */
export type WriteStep = (progress: ImportProgress) => Promise<void>;

export class ImportDesk {
  readonly #options: ImportDeskOptions;
  readonly #open = new Map<string, Open>();

  constructor(options: ImportDeskOptions) {
    this.#options = options;
  }

  async openFile(
    owner: string,
    fileName: string,
    bytes: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): Promise<OpenedImport> {
    const open = await this.#begin(owner);
    return this.#opening(open, signal, () => open.worker.ask('openFile', [fileName, bytes], [bytes.buffer]));
  }

  async openRows(owner: string, rows: readonly GivenRow[], signal?: AbortSignal): Promise<OpenedImport> {
    const open = await this.#begin(owner);
    return this.#opening(open, signal, () => open.worker.ask('openRows', [rows]));
  }

  check(owner: string, id: string, choices: CheckChoices, signal?: AbortSignal): Promise<ImportPreview> {
    const open = this.#working(owner, id);
    return this.#alone(open, signal, () => this.#check(open, choices));
  }

  correct(
    owner: string,
    id: string,
    cells: Parameters<OpenImport['correct']>[0],
    signal?: AbortSignal,
  ): Promise<ImportPreview> {
    const open = this.#working(owner, id);
    return this.#alone(open, signal, async () => this.#check(open, await open.worker.ask('correct', [cells])));
  }

  rows(owner: string, id: string, asked: Parameters<OpenImport['rows']>[0]): Promise<Paged<ImportRow>> {
    return this.#working(owner, id).worker.ask('rows', [asked]);
  }

  firstProblems(owner: string, id: string, limit: number): Promise<(RowProblem & { line: number })[]> {
    return this.#working(owner, id).worker.ask('firstProblems', [limit]);
  }

  problems(owner: string, id: string): Promise<{ fileName: string; csv: string }> {
    return this.#working(owner, id).worker.ask('problems', []);
  }

  progress(owner: string, id: string, signal: AbortSignal | undefined): AsyncGenerator<ImportProgress, void> {
    return this.#find(owner, id).news.stream(signal);
  }

  /** What this very stamp has written already, for a caller whose answer was lost. */
  committed(owner: string, id: string, stamp: string): ImportDone | null {
    const { done } = this.#find(owner, id);
    return done?.stamp === stamp ? done.result : null;
  }

  /** Hands out what is to be committed; the thread is let go of once it is. */
  commit(
    owner: string,
    id: string,
    stamp: string,
    write: (order: CheckedOrder, step: WriteStep) => Promise<ImportDone>,
    signal?: AbortSignal,
  ): Promise<ImportDone> {
    const open = this.#working(owner, id);
    return this.#alone(open, signal, async () => {
      const order = await open.worker.ask('order', [stamp]);
      const result = await write(order, (progress) => this.#step(open, progress));
      open.done = { stamp, result };
      open.news.end();
      await open.worker.close();
      return result;
    });
  }

  /** What is not open any more needs no cancelling. */
  async cancel(owner: string, id: string): Promise<void> {
    const open = this.#open.get(id);
    if (open?.owner === owner) await this.#close(open);
  }

  /** Cancels them all, and waits until what was being written is rolled back. */
  async close(): Promise<void> {
    const all = [...this.#open.values()];
    const works = all.map(({ work }) => work);
    await Promise.all(all.map((open) => this.#close(open)));
    await Promise.allSettled(works);
  }

  async #begin(owner: string): Promise<Open> {
    const { threadUrl, source, sandbox, clock, ids } = this.#options;
    const idle = [...this.#open.values()].filter(({ work }) => work === null).sort((a, b) => a.usedAtMs - b.usedAtMs);
    const [oldest] = idle;
    if (this.#open.size >= OPEN_MAX) {
      if (!oldest) throw importBusy([...this.#open.keys()].join(' '));
      await this.#close(oldest);
    }
    const id = ids.next('import');
    const news = new ProgressNews();
    const open: Open = {
      id,
      owner,
      news,
      worker: new ImportWorker(threadUrl, { role: 'import', importId: id, source: source(), sandbox }, (progress) =>
        news.tell(progress),
      ),
      names: new Map(),
      cancelled: new AbortController(),
      work: null,
      usedAtMs: clock.nowMs(),
      done: null,
    };
    this.#open.set(id, open);
    return open;
  }

  async #check(open: Open, choices: CheckChoices): Promise<ImportPreview> {
    const names = await open.worker.ask('names', [choices]);
    return open.worker.ask('check', [choices, await this.#resolved(open, names)]);
  }

  /** Each name is asked about once, however often the file is put right and checked again. */
  async #resolved(open: Open, names: readonly string[]): Promise<Resolutions> {
    const unknown = names.filter((name) => open.names.get(name)?.ok !== true);
    if (unknown.length > 0) {
      const tell = (done: number) => open.news.tell({ step: 'asking', done, total: unknown.length });
      tell(0);
      const { signal } = open.cancelled;
      for (const [name, found] of await this.#options.federation.resolve(unknown, { step: tell, signal }))
        open.names.set(name, found);
    }
    const asked = new Set(names);
    return new Map([...open.names].filter(([name]) => asked.has(name)));
  }

  /** A file that cannot be opened leaves nothing behind. */
  async #opening<T>(open: Open, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#alone(open, signal, work);
    } catch (error) {
      await this.#close(open);
      throw error;
    }
  }

  /** Somebody else's import is as unknown as one that is not there. */
  #find(owner: string, id: string): Open {
    const open = this.#open.get(id);
    if (open?.owner !== owner) throw unknownImport(id);
    open.usedAtMs = this.#options.clock.nowMs();
    return open;
  }

  /** Once it is committed its rows are payouts, and no longer here. */
  #working(owner: string, id: string): Open {
    const open = this.#find(owner, id);
    if (open.done) throw unknownImport(id);
    return open;
  }

  /** One step of an import at a time. A caller who goes away cancels it. */
  async #alone<T>(open: Open, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (open.work !== null) throw importBusy(open.id);
    const onAbort = () => void this.#close(open);
    signal?.addEventListener('abort', onAbort, { once: true });
    const working = work();
    open.work = working;
    try {
      return await working;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      open.work = null;
      open.news.tell({ step: 'waiting', done: 0, total: null });
    }
  }

  async #step(open: Open, progress: ImportProgress): Promise<void> {
    open.news.tell(progress);
    // A turn of the event loop: calls are taken, and a cancellation is heard.
    await new Promise((resolve) => setImmediate(resolve));
    if (open.cancelled.signal.aborted) throw importCancelled();
  }

  async #close(open: Open): Promise<void> {
    open.cancelled.abort();
    this.#open.delete(open.id);
    open.news.end();
    await open.worker.close();
  }
}
