/**
 * A service of the simulated world that keeps what happened in a file. Several servers may share the
 * database of a sandbox: one of those on a machine runs the service, and the others ask it where it is.
 * When that one ends, whoever needs it next goes on from its file.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Refusal } from '../../core/errors/refusal.ts';
import { takeLock } from '../store/vault/lock.ts';

export interface ServiceOptions<Service> {
  /** What happened; beside it, who runs it and where. */
  readonly file: string;
  /** False where nobody else can have the file: it is beside a vault that is open once. */
  readonly isShared: boolean;
  readonly start: (file: string) => Promise<Service>;
  readonly urlsOf: (service: Service) => Urls;
}

/** By what they are asked for. */
export type Urls = Readonly<Record<string, string>>;

const urls = z.record(z.string(), z.url());
const ELSEWHERE = 'Another server runs the simulated services of this sandbox. Ask there, or stop it.';
/** Whoever runs it has just begun to. */
const LOOKS_MAX = 50;
const LOOK_EVERY_MS = 100;

export class SimulatedService<Service extends { close(): Promise<void> }> {
  readonly #options: ServiceOptions<Service>;
  #running: { readonly service: Service; readonly release: () => void } | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ServiceOptions<Service>) {
    this.#options = options;
  }

  /** Whether it runs here. */
  get isStarted(): boolean {
    return this.#running !== null;
  }

  /** Where it is; started here unless it runs already. */
  async urls(): Promise<Urls> {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      const service = await this.#started();
      if (service) return this.#options.urlsOf(service);
      const there = readUrls(this.#placeFile);
      if (there) return there;
      await sleep(LOOK_EVERY_MS);
    }
    throw new Refusal('vault.in_use', {}, ELSEWHERE);
  }

  /** Itself; refused where it runs in another process. */
  async here(): Promise<Service> {
    const service = await this.#started();
    if (!service) throw new Refusal('vault.in_use', {}, ELSEWHERE);
    return service;
  }

  async close(): Promise<void> {
    await this.#alone(async () => {
      const running = this.#running;
      this.#running = null;
      if (!running) return;
      await running.service.close();
      running.release();
    });
  }

  get #placeFile(): string {
    return `${this.#options.file}.running`;
  }

  #started(): Promise<Service | null> {
    return this.#alone(async () => {
      if (this.#running) return this.#running.service;
      const { file, isShared, start, urlsOf } = this.#options;
      const lock = isShared ? lockOn(file) : { release: () => undefined };
      if (!lock) return null;
      try {
        // Nobody is to be sent to a process that is gone.
        if (isShared) rmSync(this.#placeFile, { force: true });
        const service = await start(file);
        if (isShared) writeFileSync(this.#placeFile, JSON.stringify(urlsOf(service)), { mode: 0o600 });
        this.#running = { service, release: () => lock.release() };
        return service;
      } catch (error) {
        lock.release();
        throw error;
      }
    });
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine;
    return mine;
  }
}

/** Null while another process has it. */
function lockOn(file: string): { release(): void } | null {
  try {
    return takeLock(file);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'vault.in_use') return null;
    throw error;
  }
}

/** Null while it is not written, or not wholly. */
function readUrls(file: string): Urls | null {
  try {
    return urls.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing || error instanceof SyntaxError) return null;
    throw error;
  }
}
