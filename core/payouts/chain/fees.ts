/** What is bid for a transaction, and how high it may go. */
import { feeAboveMaximum } from './errors.ts';

/** The least the network takes for an operation. */
export const FEE_MIN = 100n;
/** A first bid leaves room for one that is ten times as high. */
const FIRST_BID_OF_MAXIMUM = 10n;

/** What the network asks now, but at most a tenth of what may be paid: a stuck one can be outbid. */
export function firstBid(asked: bigint, operations: bigint, maximumMinor: bigint): bigint {
  const least = asked > FEE_MIN ? asked : FEE_MIN;
  if (least * operations > maximumMinor) throw feeAboveMaximum(least * operations, maximumMinor);
  const tenth = maximumMinor / FIRST_BID_OF_MAXIMUM / operations;
  if (least <= tenth) return least;
  return tenth > FEE_MIN ? tenth : FEE_MIN;
}
