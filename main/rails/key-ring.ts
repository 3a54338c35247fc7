/**
 * The keys of one account at a provider: several while one takes another's place. The newest that
 * the provider takes is used; one that it refuses is left alone for a while, and the next is tried.
 */
import { ProviderUnreachable } from '../../core/rails/provider.ts';

export type KeyVerdict =
  | { readonly ok: true; readonly account: string }
  /** In words, with what to do. */
  | { readonly ok: false; readonly why: string };

export interface KeyStanding {
  readonly state: 'untried' | 'accepted' | 'refused';
  readonly why: string | null;
  readonly atMs: number | null;
}

export interface KeyRingOptions {
  /** Newest first. */
  readonly keys: readonly string[];
  /** Asks the provider for something harmless; throws `ProviderUnreachable` while nobody can know. */
  readonly check: (key: string) => Promise<KeyVerdict>;
  readonly nowMs: () => number;
}

const UNTRIED: KeyStanding = { state: 'untried', why: null, atMs: null };
/** What was refused may have been put right: a key that is made known late, a right that was given. */
const REFUSED_FOR_MS = 5 * 60_000;

export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #standings = new Map<string, KeyStanding>();
  #account: string | null = null;
  #looking: Promise<string> | null = null;

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  /** Whose account it is, once the provider has said so. */
  get account(): string | null {
    return this.#account;
  }

  standingOf(key: string): KeyStanding {
    return this.#standings.get(key) ?? UNTRIED;
  }

  /** The key to ask with; known only after `ready`. */
  current(): string {
    const key = this.#options.keys.find((one) => this.standingOf(one).state === 'accepted');
    if (key === undefined) throw new ProviderUnreachable(this.#problem());
    return key;
  }

  /** Finds a key that the provider takes, unless one is known. Everybody who waits waits for the same answer. */
  async ready(): Promise<void> {
    if (this.#options.keys.some((key) => this.standingOf(key).state === 'accepted')) return;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    await this.#looking;
  }

  /**
   * Tries every key, whatever is known of it. Gives the account; throws why there is none. What is in
   * use stays so meanwhile: payments go on.
   */
  async checkAll(): Promise<string> {
    try {
      for (const key of this.#options.keys) await this.#try(key);
    } catch (error) {
      // Nobody could be asked: what was refused before may be taken by now.
      for (const [key, { state }] of this.#standings) if (state === 'refused') this.#standings.delete(key);
      throw error;
    }
    this.current();
    return this.#account ?? '';
  }

  /** The provider took it once, and takes it no longer. */
  refused(key: string, why: string): void {
    if (!this.#options.keys.includes(key)) return;
    this.#standings.set(key, { state: 'refused', why, atMs: this.#options.nowMs() });
  }

  /** Why nothing can be asked now; null when something can. */
  problem(): string | null {
    const states = this.#options.keys.map((key) => this.standingOf(key).state);
    return states.includes('accepted') || states.includes('untried') ? null : this.#problem();
  }

  async #look(): Promise<string> {
    const nowMs = this.#options.nowMs();
    for (const key of this.#options.keys) {
      const { state, atMs } = this.standingOf(key);
      if (state === 'refused' && atMs !== null && nowMs - atMs < REFUSED_FOR_MS) continue;
      if (await this.#try(key)) return key;
    }
    return this.current();
  }

  async #try(key: string): Promise<boolean> {
    const verdict = await this.#options.check(key);
    const atMs = this.#options.nowMs();
    if (!verdict.ok) {
      this.#standings.set(key, { state: 'refused', why: verdict.why, atMs });
      return false;
    }
    this.#account = verdict.account;
    this.#standings.set(key, { state: 'accepted', why: null, atMs });
    return true;
  }

  #problem(): string {
    const [newest = ''] = this.#options.keys;
    return this.standingOf(newest).why ?? 'No key is known to be good.';
  }
}
