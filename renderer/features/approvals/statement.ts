/**
 * What is about to be signed, read from the very bytes that will be signed, not from the record
 * behind them. A text this desk cannot read whole is never signed.
 */
import { type CanonicalValue, canonical } from '../../../core/canonical/canonical.ts';
import { type ApprovalStatement, approvalStatement } from '../../../core/contract/approval-statement.ts';
import type { Payout } from '../../../core/contract/index.ts';

export type Statement = ApprovalStatement;

/** Null when the text is not a statement this desk understands, with nothing more in it. */
export function readStatement(text: string): Statement | null {
  try {
    const parsed = approvalStatement.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export const CHECKS = ['canonical', 'payout', 'mine', 'fresh'] as const;
export type Check = (typeof CHECKS)[number];

/** An engine whose clock differs by more than this is not believed. */
const CLOCK_DIFFERENCE_MS_MAX = 5 * 60_000;

const asCanonical = (call: Statement['call'] | null) => (call ?? null) as unknown as CanonicalValue;

interface Against {
  readonly text: string;
  readonly payout: Payout;
  readonly me: { readonly staffId: string; readonly publicKey: string };
  readonly nowMs: number;
}

/** What this desk checks for itself before it signs; all have to hold. */
export function check(stated: Statement, { text, payout, me, nowMs }: Against): Record<Check, boolean> {
  return {
    canonical: canonical(stated as unknown as CanonicalValue) === text,
    payout:
      stated.payout === payout.id &&
      stated.revision === payout.revision &&
      stated.reference === payout.reference &&
      stated.payee.id === payout.payee.id &&
      stated.payee.name === payout.payee.name &&
      stated.rail === payout.rail &&
      stated.destination.rail === payout.rail &&
      stated.destination.id === payout.destination.id &&
      stated.destination.address === payout.destination.address &&
      canonical(stated.destination.memo) === canonical(payout.destination.memo) &&
      stated.destination.extraId === payout.destination.extraId &&
      stated.destination.currency === payout.destination.currency &&
      (stated.destination.federation ?? null) === payout.destination.federation &&
      stated.asset.id === payout.assetId &&
      stated.asset.scale === payout.scale &&
      stated.amountMinor === payout.amountMinor &&
      stated.dueAtMs === payout.dueAtMs &&
      stated.method === payout.method &&
      (stated.reclaimAfterS ?? null) === payout.reclaimAfterS &&
      canonical(asCanonical(stated.call)) === canonical(asCanonical(payout.call)) &&
      stated.facts.source === payout.source,
    mine:
      stated.approver.id === me.staffId &&
      stated.approver.publicKey === me.publicKey &&
      stated.askedBy.every(({ id }) => id !== me.staffId),
    fresh: Math.abs(nowMs - stated.statedAtMs) <= CLOCK_DIFFERENCE_MS_MAX && stated.expiresAtMs > nowMs,
  };
}
