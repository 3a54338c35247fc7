/**
 * The life of a payout, as data. What a state means and what is known in it:
 *
 * - `pending`      asked for; nothing is held. Waits for the approvals its policy wants.
 * - `approved`     approvals are in and the amount is held in escrow. Waits for its rail.
 * - `processing`   an attempt is written down; the outside world may have been asked. Waits for proof.
 * - `completed`    paid, says the provider or the network. The escrow is released to clearing.
 * - `failed`       finally not paid. The amount went back to the payee's account.
 * - `cancelled`    a person ended it before it was paid.
 * - `quarantined`  something does not fit. The state before is remembered; two people resolve it.
 */
import type { PayoutStatus } from '../contract/payouts.ts';

export const PAYOUT_EVENTS = [
  /** The policy is satisfied by valid signed approvals. */
  'approve',
  /** Approvals expired or were voided. */
  'send_back',
  /** The attempt is written down. */
  'start',
  /** The attempt provably never took effect. */
  'unsent',
  'complete',
  'fail',
  /** Unknown status, contradicting evidence, approvals that do not verify. */
  'quarantine',
  'resolve_completed',
  'resolve_failed',
  'resolve_approved',
  'resolve_cancelled',
  'cancel',
  'retry',
] as const;

export type PayoutEvent = (typeof PAYOUT_EVENTS)[number];

type Row = { readonly [E in PayoutEvent]?: PayoutStatus };

export const TRANSITIONS: { readonly [S in PayoutStatus]: Row } = {
  pending: { approve: 'approved', cancel: 'cancelled', quarantine: 'quarantined' },
  approved: { send_back: 'pending', start: 'processing', cancel: 'cancelled', quarantine: 'quarantined' },
  processing: { unsent: 'approved', complete: 'completed', fail: 'failed', quarantine: 'quarantined' },
  completed: { quarantine: 'quarantined' },
  failed: { retry: 'pending', quarantine: 'quarantined' },
  cancelled: { quarantine: 'quarantined' },
  quarantined: {
    resolve_completed: 'completed',
    resolve_failed: 'failed',
    resolve_approved: 'approved',
    resolve_cancelled: 'cancelled',
  },
};

/** The state that follows, or null where the event has no place in this state. */
export function nextStatus(status: PayoutStatus, event: PayoutEvent): PayoutStatus | null {
  return TRANSITIONS[status][event] ?? null;
}

/** Where the amount stands: with the payee's account, held in escrow, or paid out to clearing. */
export type Standing = 'home' | 'held' | 'out';

const STANDING: { readonly [S in Exclude<PayoutStatus, 'quarantined'>]: Standing } = {
  pending: 'home',
  approved: 'held',
  processing: 'held',
  completed: 'out',
  failed: 'home',
  cancelled: 'home',
};

/** Quarantine itself moves nothing: the amount stands where it stood before. */
export function standing(status: PayoutStatus, statusBefore: PayoutStatus | null): Standing {
  const lasting = status === 'quarantined' ? statusBefore : status;
  if (lasting === null || lasting === 'quarantined') throw new Error('A quarantined payout remembers the state before');
  return STANDING[lasting];
}
