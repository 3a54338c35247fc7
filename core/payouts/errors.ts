import type { PayoutStatus } from '../contract/payouts.ts';
import { Refusal } from '../errors/refusal.ts';

export class PayoutError extends Refusal {
  override readonly name = 'PayoutError';
}

export const unknownPayout = (id: string) => new PayoutError('payout.unknown', { id });

/** Somebody was first: the record is not (or no longer) in the state or version that was acted on. */
export const stalePayout = (id: string, status: PayoutStatus) => new PayoutError('payout.stale', { id, status });

export const amountBelowMinimum = (assetId: string, minimumMinor: bigint) =>
  new PayoutError('payout.amount', { assetId, minimumMinor: minimumMinor.toString() });

export const requestMismatch = (idempotencyKey: string) =>
  new PayoutError('payout.idempotency_mismatch', { idempotencyKey });

export const notApprovable = (id: string, status: PayoutStatus) =>
  new PayoutError('payout.not_approvable', { id, status });

export const underfunded = (id: string, assetId: string, shortMinor: bigint) =>
  new PayoutError('payout.underfunded', { id, assetId, shortMinor: shortMinor.toString() });
