/**
 * Walks a chain of entries in order, wherever they come from: from a vault or from an export. What
 * it holds is one hash and one number, however long the log is.
 */
import { hash as digest } from 'node:crypto';
import { GENESIS_HASH } from './chain.ts';
import type { Checkpoint } from './checkpoints.ts';

export class ChainWalk {
  /** The last entry that verified. */
  #seq: number;
  #hash: string;

  /** Begins before the first entry, or after one whose hash is known. */
  constructor(after: { readonly seq: number; readonly hash: string } = { seq: 0, hash: GENESIS_HASH }) {
    this.#seq = after.seq;
    this.#hash = after.hash;
  }

  get seq(): number {
    return this.#seq;
  }

  get hash(): string {
    return this.#hash;
  }

  /** `text` is what is hashed, `written` the hash that stands beside it. Null, or what is wrong. */
  take(text: string, written: string): string | null {
    const expected = this.#seq + 1;
    if (!text.startsWith(`[${expected},`)) return `Entry ${expected} is missing.`;
    if (digest('sha256', `${this.#hash}\n${text}`) !== written) return `Entry ${expected} is not what was written.`;
    this.#seq = expected;
    this.#hash = written;
    return null;
  }

  /** Holds a proven checkpoint against the entry it speaks of, when the walk stands there. */
  compare({ size, head, atMs }: Checkpoint): string | null {
    if (size > this.#seq) return tooShort({ size, head, atMs }, this.#seq);
    if (size === this.#seq && head !== this.#hash) {
      return `The log was rewritten: on ${timeOf(atMs)} entry ${size} had the hash ${head}, now it has ${this.#hash}.`;
    }
    return null;
  }
}

function tooShort({ size, head, atMs }: Pick<Checkpoint, 'size' | 'head' | 'atMs'>, entries: number): string {
  return `The log was cut off: on ${timeOf(atMs)} it had at least ${size} entries, with the head ${head}; now it has ${entries}.`;
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
