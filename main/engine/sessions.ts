/**
 * Who is signed in. A session is a random token the window holds in memory; the engine keeps only
 * its hash. Sessions end by signing out, by lying idle, and with the vault.
 */
import { createHash, randomBytes } from 'node:crypto';
import { signInSlowed } from '../../core/access/errors.ts';
import { nameKey } from '../../core/access/staff.ts';

export const SESSION_IDLE_MS_MAX = 15 * 60 * 1000;

interface Session {
  readonly staffId: string;
  readonly signedInAtMs: number;
  lastSeenMs: number;
}

/** What survives a restart of the engine: hashes of tokens, never tokens. */
export type SavedSessions = readonly (readonly [hash: string, session: Session])[];

export class Sessions {
  readonly #sessions: Map<string, Session>;

  constructor(saved: SavedSessions = []) {
    this.#sessions = new Map(saved.map(([hash, session]) => [hash, { ...session }]));
  }

  open(staffId: string, nowMs: number): string {
    const token = randomBytes(32).toString('base64url');
    this.#sessions.set(hashOf(token), { staffId, signedInAtMs: nowMs, lastSeenMs: nowMs });
    return token;
  }

  /** The session behind a token, kept alive by being used; null when there is none (any more). */
  use(token: string | undefined, nowMs: number): { readonly staffId: string; readonly signedInAtMs: number } | null {
    if (token === undefined) return null;
    const hash = hashOf(token);
    const session = this.#sessions.get(hash);
    if (!session) return null;
    if (nowMs - session.lastSeenMs > SESSION_IDLE_MS_MAX) {
      this.#sessions.delete(hash);
      return null;
    }
    session.lastSeenMs = nowMs;
    return session;
  }

  end(token: string | undefined): void {
    if (token !== undefined) this.#sessions.delete(hashOf(token));
  }

  endAll(): void {
    this.#sessions.clear();
  }

  save(): SavedSessions {
    return [...this.#sessions.entries()];
  }
}

const FREE_FAILURES = 3;
const SLOW_MS_FIRST = 1_000;
const SLOW_MS_MAX = 60_000;
const NAMES_MAX = 10_000;

/**
 * After a few tries for a name, each further one must wait longer; a right passphrase ends that.
 * A try counts when it begins, so that many at once are not all the first.
 */
export class SignInBrake {
  readonly #tries = new Map<string, { count: number; notBeforeMs: number }>();

  begin(name: string, nowMs: number): void {
    const key = nameKey(name);
    const entry = this.#tries.get(key);
    if (entry && nowMs < entry.notBeforeMs) throw signInSlowed(entry.notBeforeMs - nowMs);
    const count = (entry?.count ?? 0) + 1;
    const beyond = count - FREE_FAILURES;
    const waitMs = beyond < 0 ? 0 : Math.min(SLOW_MS_MAX, SLOW_MS_FIRST * 2 ** beyond);
    // Taken out and put in again, so that the names tried longest ago come first.
    this.#tries.delete(key);
    this.#tries.set(key, { count, notBeforeMs: nowMs + waitMs });
    if (this.#tries.size <= NAMES_MAX) return;
    const [oldest] = this.#tries.keys();
    if (oldest !== undefined) this.#tries.delete(oldest);
  }

  succeeded(name: string): void {
    this.#tries.delete(nameKey(name));
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
