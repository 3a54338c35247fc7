import type { PayoutStatus } from '../contract/payouts.ts';
import type { PaymentMethod } from '../contract/policy-terms.ts';
import { Refusal } from '../errors/refusal.ts';

export class PayoutError extends Refusal {
  override readonly name = 'PayoutError';
}

export const unknownPayout = (id: string) => new PayoutError('payout.unknown', { id });

/** Somebody was first: the record is not (or no longer) in the state or version that was acted on. */
export const stalePayout = (id: string, status: PayoutStatus) => new PayoutError('payout.stale', { id, status });

export const amountBelowMinimum = (assetId: string, minimumMinor: bigint) =>
  new PayoutError('payout.amount', { assetId, minimumMinor: minimumMinor.toString() });

/** What goes out over a rail is what the rail moves, and on NOWPayments what the address is of. */
export const notCarried = (rail: string, assetId: string) =>
  new PayoutError('input.invalid', { field: 'assetId', rail, assetId }, `${assetId} is not paid to this destination.`);

export const requestMismatch = (idempotencyKey: string) =>
  new PayoutError('payout.idempotency_mismatch', { idempotencyKey });

export const notApprovable = (id: string, status: PayoutStatus) =>
  new PayoutError('payout.not_approvable', { id, status });

export const underfunded = (id: string, assetId: string, shortMinor: bigint) =>
  new PayoutError('payout.underfunded', { id, assetId, shortMinor: shortMinor.toString() });

export const frozen = (scope: string, target: string, reason: string) =>
  new PayoutError('payout.frozen', { scope, target, reason });

export const attemptsUsedUp = (id: string, attempts: bigint) =>
  new PayoutError('payout.attempts_used_up', { id, attempts: Number(attempts) });

export const needsClearance = (id: string) => new PayoutError('payout.needs_clearance', { id });

/** `because` says which attempt may have been sent. */
export const notProvenUnsent = (id: string, because: string) => new PayoutError('payout.not_unsent', { id, because });

export const UNWEIGHED_SENTENCES = {
  waits: 'Its provider has told something of an earlier attempt that has not been weighed yet.',
  given_up:
    'Its provider has told something of an earlier attempt that could not be handled. Somebody has to look at that record first.',
} as const;

export const unweighed = (id: string, because: keyof typeof UNWEIGHED_SENTENCES) =>
  new PayoutError('payout.unweighed', { id, because }, UNWEIGHED_SENTENCES[because]);
/** Of many that go together: which one it is. */
export const unweighedAmong = (id: string, reference: string, because: keyof typeof UNWEIGHED_SENTENCES) =>
  new PayoutError('payout.unweighed', { id, because }, `${reference}: ${UNWEIGHED_SENTENCES[because]}`);

const METHOD_SENTENCES = {
  terms: 'Only a claimable balance can be taken back, and it says from when.',
  rail: 'Only Stellar knows that way of paying.',
  address: 'It reaches plain accounts only (G…): which of an account’s owners the money is for would be lost.',
  contract: 'A contract (C…) is no account: it is paid by a contract call, and in no other way.',
  memo: 'A claimable balance brings no memo to whoever claims it.',
  call_memo: 'A contract call brings no memo to whoever is paid by it.',
  asset: 'An account is opened with the network’s own asset only.',
  amount: 'An account is opened with 1 XLM at the least.',
} as const;

/** `because` says which part of the payout that way of paying does not go with. */
export const wrongMethod = (id: string, method: PaymentMethod, because: keyof typeof METHOD_SENTENCES) =>
  new PayoutError('payout.method', { id, method, because }, METHOD_SENTENCES[because]);

export const notConfiguredContract = () => new PayoutError('contract.not_configured');

export const nothingChanged = (id: string) => new PayoutError('payout.nothing_changed', { id });

export const freezeExists = (scope: string, target: string) => new PayoutError('freeze.exists', { scope, target });
export const unknownFreeze = (id: string) => new PayoutError('freeze.unknown', { id });
export const freezeTarget = (scope: string, target: string) => new PayoutError('freeze.target', { scope, target });
export const fenceNotUp = () => new PayoutError('fence.not_up');
export const fenceNotCompared = () => new PayoutError('fence.not_compared');
