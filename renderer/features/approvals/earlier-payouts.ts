import type { Payout } from '../../../core/contract/index.ts';

const SHOWN = 24;

/** Paid or on its way; what was cancelled or failed says nothing about what is usual. */
const COUNTS: readonly Payout['status'][] = ['approved', 'processing', 'completed'];

/** Earlier payouts in the same asset, the oldest first. */
export function earlierOf(payout: Payout, all: readonly Payout[]): readonly Payout[] {
  return all
    .filter(({ id, assetId, status }) => id !== payout.id && assetId === payout.assetId && COUNTS.includes(status))
    .toSorted((a, b) => a.createdAtMs - b.createdAtMs)
    .slice(-SHOWN);
}

/** The middle half of them: what is usual, whatever one large payout does to an average. */
export function usualRange(amounts: readonly bigint[]): { readonly low: bigint; readonly high: bigint } | null {
  if (amounts.length < 4) return null;
  const sorted = amounts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = (part: number) => sorted[Math.round((sorted.length - 1) * part)] ?? 0n;
  return { low: at(0.25), high: at(0.75) };
}
