/**
 * The port a payment goes out through when somebody else moves the money (Stripe, NOWPayments, the
 * simulated rail). Adapters live in main/rails; every one passes the same contract tests.
 */
import type { Memo, RailName } from '../contract/payees.ts';
import type { AssetId } from '../money/assets.ts';

export interface PayoutOrder {
  /** Made from the payout's id and the attempt's number; the provider is asked by it after a crash. */
  readonly key: string;
  readonly payoutId: string;
  readonly address: string;
  /** What has to travel with the payment; null where the destination has none. */
  readonly memo: Memo | null;
  readonly extraId: string | null;
  readonly currency: string | null;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
}

/**
 * What the provider says of an attempt. `unknown` is a status this adapter has no meaning for: it
 * is kept as it came and quarantines the payout.
 */
export interface ProviderAnswer {
  readonly reference: string;
  readonly status: 'accepted' | 'completed' | 'failed' | 'unknown';
  readonly rawStatus: string;
  readonly message: string | null;
}

export interface Estimate {
  readonly feeMinor: bigint;
  readonly feeAssetId: AssetId;
  /** An estimate older than this is not used. */
  readonly expiresAtMs: number;
}

/** One of the provider's own records, as its list gives it. */
export interface ProviderRecord {
  readonly eventId: string;
  readonly reference: string;
  readonly key: string | null;
  readonly status: ProviderAnswer['status'];
  readonly amountMinor: bigint;
  readonly assetId: AssetId;
  readonly atMs: number;
  /** As it came. */
  readonly raw: string;
}

export type AddressCheck = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface PayoutProvider {
  readonly rail: RailName;
  checkAddress(address: string, assetId: AssetId | null): AddressCheck | Promise<AddressCheck>;
  /**
   * Asks for the payment. Throws `ProviderRefused` when it provably was not taken, and
   * `ProviderUnreachable` when nobody can know: then only `lookup` tells.
   */
  createPayout(order: PayoutOrder): Promise<ProviderAnswer>;
  getPayoutStatus(reference: string): Promise<ProviderAnswer>;
  getEstimate(order: PayoutOrder): Promise<Estimate>;
  /** What the provider knows under this key, or null when it provably knows nothing. */
  lookup(key: string): Promise<ProviderAnswer | null>;
  /** From how long after an attempt it proves something that nothing is known of it; a quarter of an hour unless said. */
  readonly unknownProvesAfterMs?: number;
  /** The provider's records in their order, from just after the cursor (from the start when null). */
  listSince(
    cursor: string | null,
  ): Promise<{ readonly records: readonly ProviderRecord[]; readonly cursor: string | null; readonly more: boolean }>;
}

/** The answer was lost or never came; whether the payment was taken is not known. */
export class ProviderUnreachable extends Error {
  override readonly name = 'ProviderUnreachable';
}

/** The provider refused the request itself: nothing was taken. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
  /** True when the same request may be taken later. */
  readonly mayRetry: boolean;

  constructor(message: string, mayRetry: boolean) {
    super(message);
    this.mayRetry = mayRetry;
  }
}
