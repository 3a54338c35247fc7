/**
 * Walks a chain of entries in order, wherever they come from: from a vault or from an export. What
 * it holds is one hash and one number, however long the log is.
 */
import { hash as digest } from 'node:crypto';
import { GENESIS_HASH } from './chain.ts';
import type { Checkpoint } from './checkpoints.ts';
import { HASH_DIGITS } from './entry-pages.ts';

const LINE_FEED = 10;
const COMMA = 44;
const ZERO = 48;

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
    if (!text.startsWith(`[${expected},`)) return missing(expected);
    if (digest('sha256', `${this.#hash}\n${text}`) !== written) return `Entry ${expected} is not what was written.`;
    this.#seq = expected;
    this.#hash = written;
    return null;
  }

  /**
   * Takes the entries of a page from this place on, up to and with entry `stopAt`. Gives the place
   * after the last one taken: where it is neither the end nor behind `stopAt`, the next one does not
   * verify as it stands there.
   */
  takePage(page: Buffer, from: number, stopAt: number): number {
    let at = from;
    if (at === 0) at = this.#takeFirst(page);
    while (at > 0 && at < page.length && this.#seq < stopAt) {
      const end = page.indexOf(LINE_FEED, at);
      const hashAt = end - HASH_DIGITS;
      if (hashAt <= at || numberAt(page, at + 1) !== this.#seq + 1) return at;
      // The hash before it, the line feed and the text stand side by side.
      const expected = digest('sha256', page.subarray(at - HASH_DIGITS - 1, hashAt));
      if (expected !== page.toString('latin1', hashAt, end)) return at;
      this.#seq += 1;
      this.#hash = expected;
      at = end + 1;
    }
    return at;
  }

  #takeFirst(page: Buffer): number {
    const end = page.indexOf(LINE_FEED);
    const hashAt = end - HASH_DIGITS;
    if (hashAt <= 0) return 0;
    const wrong = this.take(page.toString('utf8', 0, hashAt), page.toString('latin1', hashAt, end));
    return wrong === null ? end + 1 : 0;
  }

  /** Holds a proven checkpoint against the entry it speaks of, when the walk stands there. */
  compare({ size, head, atMs }: Checkpoint): string | null {
    const then = new Date(atMs).toISOString();
    if (size > this.#seq) {
      return `The log was cut off: on ${then} it had at least ${size} entries, with the head ${head}; now it has ${this.#seq}.`;
    }
    if (size === this.#seq && head !== this.#hash) {
      return `The log was rewritten: on ${then} entry ${size} had the hash ${head}, now it has ${this.#hash}.`;
    }
    return null;
  }
}

export const missing = (seq: number) => `Entry ${seq} is missing.`;

/** The digits up to a comma; what is not a digit makes a number that no entry has. */
function numberAt(page: Buffer, from: number): number {
  let value = 0;
  for (let at = from; at < from + 17; at += 1) {
    const byte = page[at] ?? COMMA;
    if (byte === COMMA) return value;
    if (byte < ZERO || byte > ZERO + 9) return -1;
    value = value * 10 + byte - ZERO;
  }
  return -1;
}
