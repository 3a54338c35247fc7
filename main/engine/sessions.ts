/**
 * Who is signed in. A session is a random token the window holds in memory; the engine keeps only
 * its hash. Sessions end by signing out, by lying idle, with the vault, and with the epoch of their
 * person: whatever changes who somebody is or what they may do raises it.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Origin } from '../../core/store/command.ts';

export const SESSION_IDLE_MS_MAX = 15 * 60 * 1000;
/** One showing of the second factor is good for whatever is signed within this time. */
export const SECOND_FACTOR_FRESH_MS = 5 * 60 * 1000;

export interface Session {
  /** Names it in the list of who is signed in; opens nothing. */
  readonly id: string;
  readonly staffId: string;
  readonly epoch: number;
  readonly signedInAtMs: number;
  readonly lastSeenAtMs: number;
  /** Null before the second factor was shown. */
  readonly secondFactorAtMs: number | null;
  readonly host: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** What survives a restart of the engine: hashes of tokens, never tokens. */
export type SavedSessions = readonly (readonly [hash: string, session: Session])[];

export interface NewSession {
  readonly staffId: string;
  readonly epoch: number;
  readonly origin: Pick<Origin, 'host' | 'ip' | 'userAgent'>;
  readonly nowMs: number;
}

export class Sessions {
  readonly #sessions: Map<string, Session>;
  /** What runs for as long as a session does: its streams. */
  readonly #running = new Map<string, AbortController>();

  constructor(saved: SavedSessions = []) {
    this.#sessions = new Map(saved);
  }

  open({ staffId, epoch, origin, nowMs }: NewSession): string {
    const token = randomBytes(32).toString('base64url');
    this.#sessions.set(hashOf(token), {
      id: randomUUID(),
      staffId,
      epoch,
      signedInAtMs: nowMs,
      lastSeenAtMs: nowMs,
      secondFactorAtMs: null,
      host: origin.host,
      ip: origin.ip,
      userAgent: origin.userAgent,
    });
    return token;
  }

  /** The session behind a token, kept alive by being used; null when there is none (any more). */
  use(token: string | undefined, nowMs: number): Session | null {
    if (token === undefined) return null;
    const hash = hashOf(token);
    const session = this.#sessions.get(hash);
    if (!session) return null;
    if (isIdle(session, nowMs)) {
      this.#end(hash);
      return null;
    }
    return this.#change(hash, { lastSeenAtMs: nowMs });
  }

  secondFactorShown(token: string | undefined, nowMs: number): void {
    if (token !== undefined) this.#change(hashOf(token), { secondFactorAtMs: nowMs });
  }

  /** The one session that goes on when its person's epoch is raised: the one that raises it. */
  carryOver(token: string | undefined, epoch: number): void {
    if (token !== undefined) this.#change(hashOf(token), { epoch });
  }

  /** Ends with the session: for what is streamed to it. */
  signalOf(token: string | undefined): AbortSignal {
    const hash = token === undefined ? '' : hashOf(token);
    if (!this.#sessions.has(hash)) return AbortSignal.abort();
    const running = this.#running.get(hash) ?? new AbortController();
    this.#running.set(hash, running);
    return running.signal;
  }

  end(token: string | undefined): void {
    if (token !== undefined) this.#end(hashOf(token));
  }

  /** Ends those that are not to go on, and gives how many they were. */
  endWhere(ends: (session: Session) => boolean): number {
    const ended = [...this.#sessions].filter(([, session]) => ends(session));
    for (const [hash] of ended) this.#end(hash);
    return ended.length;
  }

  list(nowMs: number): readonly Session[] {
    return [...this.#sessions.values()].filter((session) => !isIdle(session, nowMs));
  }

  save(): SavedSessions {
    return [...this.#sessions.entries()];
  }

  #change(hash: string, change: Partial<Session>): Session | null {
    const session = this.#sessions.get(hash);
    if (!session) return null;
    const changed = { ...session, ...change };
    this.#sessions.set(hash, changed);
    return changed;
  }

  #end(hash: string): void {
    this.#sessions.delete(hash);
    this.#running.get(hash)?.abort();
    this.#running.delete(hash);
  }
}

export function isIdle({ lastSeenAtMs }: Session, nowMs: number): boolean {
  return nowMs - lastSeenAtMs > SESSION_IDLE_MS_MAX;
}

/** Until when the second factor need not be shown again; null when it has to be. */
export function freshUntilMs({ secondFactorAtMs }: Session, nowMs: number): number | null {
  if (secondFactorAtMs === null) return null;
  const untilMs = secondFactorAtMs + SECOND_FACTOR_FRESH_MS;
  return nowMs < untilMs ? untilMs : null;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
