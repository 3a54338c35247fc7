/** What a person who releases a batch has to have seen of what its provider charges. */
import type { Quote, QuoteTold } from '../../rails/estimates.ts';
import type { PlannedOrder } from '../../rails/provider.ts';
import { feeRose, feeUnknown } from './errors.ts';
import type { BatchRecord } from './records.ts';

export type AskForQuote = (orders: readonly PlannedOrder[]) => Promise<QuoteTold>;

/** `null`: they saw that there was none to tell. */
export type SeenFees = readonly { readonly assetId: string; readonly amountMinor: bigint }[] | null;

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
