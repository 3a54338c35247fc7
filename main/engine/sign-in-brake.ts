/**
 * Slows guessing while the vault is closed, and nothing can be written down: after a few tries for
 * a name, each further one must wait longer; a right passphrase ends that. A try counts when it
 * begins, so that many at once are not all the first. Once it is open, core/access/failed-tries does this.
 */
import { signInSlowed } from '../../core/access/errors.ts';
import { nameKey } from '../../core/access/names.ts';

const FREE_FAILURES = 3;
const SLOW_MS_FIRST = 1_000;
const SLOW_MS_MAX = 60_000;
const NAMES_MAX = 10_000;

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
