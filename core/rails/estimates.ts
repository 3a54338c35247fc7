/**
 * What payments would cost, asked of their provider at most once for as long as its answer holds. Kept in
 * memory: whoever starts anew asks anew.
 */
import type { Clock } from '../ids/ids.ts';
import type { AssetId } from '../money/assets.ts';
import {
  type Estimate,
  type PayoutProvider,
  type PlannedOrder,
  ProviderRefused,
  ProviderUnreachable,
} from './provider.ts';

export interface Fee extends Estimate {
  readonly askedAtMs: number;
}

/** `silent`: it gave no answer, and may later. */
export type FeeTold =
  | { readonly known: true; readonly fee: Fee }
  | { readonly known: false; readonly silent: boolean; readonly why: string };

interface Kept {
  readonly provider: PayoutProvider;
  readonly told: Promise<FeeTold>;
  /** Null while it is being asked. */
  untilMs: number | null;
}

const KEPT_MAX = 2_000;
/** Whoever gave no answer, or none that helps, is left alone for so long. */
const NOTHING_FOR_MS = 30_000;

/** Of several payments together: what they cost in each asset, from the first answer on, until the first that ends. */
export interface Quote {
  readonly fees: ReadonlyMap<AssetId, bigint>;
  readonly askedAtMs: number;
  readonly expiresAtMs: number;
}

export type QuoteTold = { readonly known: true; readonly quote: Quote } | Extract<FeeTold, { readonly known: false }>;

export class Estimates {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(provider: PayoutProvider, order: PlannedOrder): Promise<FeeTold> {
    const name = nameOf(provider, order);
    const before = this.#kept.get(name);
    // Another object is another account, or another key of it.
    if (before?.provider === provider && (before.untilMs === null || this.#clock.nowMs() < before.untilMs))
      return before.told;
    const kept: Kept = { provider, told: this.#ask(provider, order), untilMs: null };
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    this.#makeRoom();
    void kept.told.then(
      (told) => {
        kept.untilMs = told.known ? told.fee.expiresAtMs : this.#clock.nowMs() + NOTHING_FOR_MS;
      },
      // Whoever asked hears of it.
      () => {
        if (this.#kept.get(name) === kept) this.#kept.delete(name);
      },
    );
    return kept.told;
  }

  /** One payment after another: what was told before something was not is kept for the next time. */
  async ofAll(provider: PayoutProvider, orders: readonly PlannedOrder[]): Promise<QuoteTold> {
    const fees = new Map<AssetId, bigint>();
    let askedAtMs = Number.POSITIVE_INFINITY;
    let expiresAtMs = Number.POSITIVE_INFINITY;
    for (const order of orders) {
      const told = await this.of(provider, order);
      if (!told.known) return told;
      const { fee } = told;
      fees.set(fee.feeAssetId, (fees.get(fee.feeAssetId) ?? 0n) + fee.feeMinor);
      askedAtMs = Math.min(askedAtMs, fee.askedAtMs);
      expiresAtMs = Math.min(expiresAtMs, fee.expiresAtMs);
    }
    return { known: true, quote: { fees, askedAtMs, expiresAtMs } };
  }

  async #ask(provider: PayoutProvider, order: PlannedOrder): Promise<FeeTold> {
    // Before it is asked: what it says holds from no later than its answer.
    const askedAtMs = this.#clock.nowMs();
    try {
      return { known: true, fee: { ...(await provider.getEstimate(order)), askedAtMs } };
    } catch (error) {
      const silent = error instanceof ProviderUnreachable;
      if (!silent && !(error instanceof ProviderRefused)) throw error;
      return { known: false, silent, why: error.message };
    }
  }

  /** The longest kept go first. */
  #makeRoom(): void {
    for (const name of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_MAX) return;
      this.#kept.delete(name);
    }
  }
}

/** What a fee depends on: a hundred payees with one amount are one question. */
const nameOf = ({ rail }: PayoutProvider, { assetId, currency, amountMinor }: PlannedOrder): string =>
  JSON.stringify([rail, assetId, currency, amountMinor.toString()]);
