/**
 * What the provider charges for a batch, as it said for each payment; and what a person who releases it
 * has to have seen of that.
 */
import type { AssetId } from '../../money/assets.ts';
import type { Estimates, FeeTold } from '../../rails/estimates.ts';
import type { PayoutProvider, PlannedOrder } from '../../rails/provider.ts';
import { feeRose, feeUnknown } from './errors.ts';
import type { BatchRecord } from './records.ts';

export interface Quote {
  readonly fees: ReadonlyMap<AssetId, bigint>;
  readonly askedAtMs: number;
  readonly expiresAtMs: number;
}

export type QuoteTold = { readonly known: true; readonly quote: Quote } | Extract<FeeTold, { readonly known: false }>;

export type AskForQuote = (orders: readonly PlannedOrder[]) => Promise<QuoteTold>;

/** `null`: they saw that there was none to tell. */
export type SeenFees = readonly { readonly assetId: string; readonly amountMinor: bigint }[] | null;

/** One payment after another: what was told before something was not is kept for the next time. */
export const quoteFrom =
  (estimates: Estimates, provider: PayoutProvider): AskForQuote =>
  async (orders) => {
    const fees = new Map<AssetId, bigint>();
    let askedAtMs = Number.POSITIVE_INFINITY;
    let expiresAtMs = Number.POSITIVE_INFINITY;
    for (const order of orders) {
      const told = await estimates.of(provider, order);
      if (!told.known) return told;
      const { fee } = told;
      fees.set(fee.feeAssetId, (fees.get(fee.feeAssetId) ?? 0n) + fee.feeMinor);
      askedAtMs = Math.min(askedAtMs, fee.askedAtMs);
      expiresAtMs = Math.min(expiresAtMs, fee.expiresAtMs);
    }
    return { known: true, quote: { fees, askedAtMs, expiresAtMs } };
  };

/** Refuses where the fee is higher than what was seen, or was seen and cannot be told any more. */
export function agreedQuote({ id }: BatchRecord, told: QuoteTold, seen: SeenFees): Quote | null {
  if (!told.known) {
    if (seen === null) return null;
    throw feeUnknown(id, told.why);
  }
  const before = new Map((seen ?? []).map(({ assetId, amountMinor }) => [assetId, amountMinor]));
  for (const [assetId, feeMinor] of told.quote.fees) {
    const seenMinor = before.get(assetId) ?? null;
    if (seenMinor === null || feeMinor > seenMinor) throw feeRose(id, { assetId, feeMinor, seenMinor });
  }
  return told.quote;
}
