/** What is going on, said on stderr: a line for each phase, and how far it is when it takes longer. */
const UPDATE_EVERY_MS = 500;

export interface Phase {
  /** How far it is; shown while the phase lasts. */
  reached(done: number, total: number): void;
}

export interface Timings {
  readonly total: number;
  readonly [phase: string]: number;
}

export class Phases {
  readonly #stderr: NodeJS.WritableStream;
  readonly #timings = new Map<string, number>();
  readonly #startedAt = performance.now();

  constructor(stderr: NodeJS.WritableStream) {
    this.#stderr = stderr;
  }

  /** Whole milliseconds of each phase, and of all together so far. */
  get timingsMs(): Timings {
    return { ...Object.fromEntries(this.#timings), total: Math.round(performance.now() - this.#startedAt) };
  }

  /** `doing` is shown while the work lasts, and what `said` makes of its result when it is done. */
  async run<T>(
    name: string,
    doing: string,
    work: (phase: Phase) => Promise<T>,
    said: (result: T) => string,
  ): Promise<T> {
    const startedAt = performance.now();
    let reached = '';
    const updates = setInterval(() => this.#update(`  ${doing}${reached} …`), UPDATE_EVERY_MS);
    try {
      const result = await work({
        reached: (count, total) => {
          reached = `, ${counted(count)} of ${counted(total)}`;
        },
      });
      const tookMs = Math.round(performance.now() - startedAt);
      this.#timings.set(name, tookMs);
      this.#line(`✓ ${said(result)} (${(tookMs / 1_000).toFixed(1)} s)`);
      return result;
    } catch (error) {
      this.#line(`✗ ${doing}${reached}`);
      throw error;
    } finally {
      clearInterval(updates);
    }
  }

  /** On a terminal one line that changes; elsewhere a line each, for whoever reads the log. */
  #update(text: string): void {
    this.#stderr.write(isTerminal(this.#stderr) ? `\r${text}\x1b[K` : `${text}\n`);
  }

  #line(text: string): void {
    this.#stderr.write(isTerminal(this.#stderr) ? `\r${text}\x1b[K\n` : `${text}\n`);
  }
}

export function counted(count: number): string {
  return count.toLocaleString('en');
}

function isTerminal(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
