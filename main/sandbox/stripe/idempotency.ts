/**
 * What Stripe remembers of each key for a day: the call it was first used for, and the answer that
 * call got, whatever it was. A day later the key is forgotten, and the same call is a new one.
 */
import type { Answer } from '../faults/answering.ts';
import { badParameter, keyInUse, otherParameters } from './failures.ts';
import type { Deed, Journal } from './journal.ts';

type KeptAnswer = Extract<Deed, { what: 'key' }>['answer'];

const REMEMBERED_MS = 24 * 60 * 60 * 1000;
const KEY_LENGTH_MAX = 255;

interface Entry {
  /** Method, path, account and body. */
  readonly call: string;
  readonly firstAtMs: number;
  /** Null while the first call runs. */
  answer: Answer | null;
}

export class IdempotencyKeys {
  readonly #entries = new Map<string, Entry>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
    for (const { atMs, deed } of journal.before) {
      if (deed.what === 'key')
        this.#entries.set(deed.key, { call: deed.call, firstAtMs: atMs, answer: asAnswer(deed.answer) });
    }
  }

  /** The answer to give again, or null when the call is to be carried out, and is now running. */
  begin(key: string, call: string, nowMs: number): Answer | null {
    if (key.length > KEY_LENGTH_MAX)
      throw badParameter('Idempotency-Key', `Idempotency keys may be at most ${KEY_LENGTH_MAX} characters long.`);
    const known = this.#known(key, nowMs);
    if (!known) {
      this.#entries.set(key, { call, firstAtMs: nowMs, answer: null });
      return null;
    }
    if (known.call !== call) throw otherParameters(key);
    if (known.answer === null) throw keyInUse(key);
    return { ...known.answer, headers: { ...known.answer.headers, 'Idempotent-Replayed': 'true' } };
  }

  keep(key: string, answer: Answer): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.answer = answer;
    this.#write(key, entry.call, entry.firstAtMs, answer);
  }

  /** Nothing was begun under it. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  /** It broke while the call was under way, or before: from now on that is the answer. */
  keepFailure(key: string, call: string, nowMs: number, answer: Answer): void {
    const known = this.#known(key, nowMs);
    if (known && known.call !== call) return;
    const firstAtMs = known?.firstAtMs ?? nowMs;
    this.#entries.set(key, { call, firstAtMs, answer });
    this.#write(key, call, firstAtMs, answer);
  }

  #write(key: string, call: string, firstAtMs: number, { status, headers, body }: Answer): void {
    const answer = { status, body, ...(headers && { headers: { ...headers } }) };
    this.#journal.keep(firstAtMs, { what: 'key', key, call, answer });
  }

  #known(key: string, nowMs: number): Entry | null {
    const entry = this.#entries.get(key);
    if (!entry) return null;
    if (nowMs - entry.firstAtMs < REMEMBERED_MS) return entry;
    this.#entries.delete(key);
    return null;
  }
}

function asAnswer({ status, headers, body }: KeptAnswer): Answer {
  return { status, body, ...(headers && { headers }) };
}
