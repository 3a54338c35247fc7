/** NOWPayments' payments as answers and records of ours. */
import { NO_ASSET } from '../../../core/money/assets.ts';
import type { BatchedPayment, ProviderAnswer, ProviderRecord } from '../../../core/rails/provider.ts';
import { fromNowPayments, type ScaleOf } from './currency.ts';
import { movedMs, type Withdrawal, withdrawal } from './shapes.ts';

interface Meaning {
  readonly status: ProviderAnswer['status'];
  readonly stage: BatchedPayment['stage'];
}

/**
 * Whatever is not here is unknown. `failed` is where it stands: NOWPayments has paid some of those
 * after all. What was rejected or cancelled was never begun.
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  creating: { status: 'accepted', stage: 'waits' },
  // Also just after a code was taken: by this alone nobody can tell.
  waiting: { status: 'accepted', stage: 'waits' },
  processing: { status: 'accepted', stage: 'released' },
  sending: { status: 'accepted', stage: 'released' },
  finished: { status: 'completed', stage: 'released' },
  failed: { status: 'failed', stage: 'released' },
  rejected: { status: 'failed', stage: 'rejected' },
  cancelled: { status: 'failed', stage: 'rejected' },
};
/** Something has happened, and nobody knows what: it is not to be taken for unreleased. */
const UNKNOWN: Meaning = { status: 'unknown', stage: 'released' };

const meaningOf = ({ status }: Withdrawal): Meaning => MEANINGS[status.toLowerCase()] ?? UNKNOWN;

export function answerOf(about: Withdrawal): ProviderAnswer {
  const { status, stage } = meaningOf(about);
  const message = status === 'failed' ? (about.error ?? `NOWPayments says ${about.status}.`) : about.error;
  return {
    reference: about.id,
    status,
    rawStatus: about.status,
    message,
    ...(stage === 'rejected' && { neverBegun: true as const }),
  };
}

export function paymentOf(about: Withdrawal, scaleOf: ScaleOf): BatchedPayment {
  return {
    key: about.unique_external_id,
    address: about.address,
    extraId: about.extra_id,
    money: fromNowPayments(about.currency, about.amount, scaleOf),
    stage: meaningOf(about).stage,
    answer: answerOf(about),
  };
}

/** A payment has no events of its own: each state that it was seen in is one. */
export const eventIdOf = (about: Withdrawal): string => `${about.id}:${about.status.toLowerCase()}:${movedMs(about)}`;

export function recordOf(told: { readonly id: string }, scaleOf: ScaleOf): ProviderRecord {
  const raw = JSON.stringify(told);
  const parsed = withdrawal.safeParse(told);
  return parsed.success ? recordOfWithdrawal(parsed.data, raw, scaleOf) : notUnderstood(told.id, raw);
}

function recordOfWithdrawal(about: Withdrawal, raw: string, scaleOf: ScaleOf): ProviderRecord {
  const { status, stage } = meaningOf(about);
  const money = fromNowPayments(about.currency, about.amount, scaleOf);
  const fee = about.fee === null ? null : fromNowPayments(about.currency, about.fee, scaleOf);
  return {
    eventId: eventIdOf(about),
    reference: about.id,
    key: about.unique_external_id,
    status: money === null ? 'unknown' : status,
    amountMinor: money?.amountMinor ?? 0n,
    assetId: money?.assetId ?? NO_ASSET,
    atMs: movedMs(about),
    raw,
    ...(stage === 'rejected' && { neverBegun: true as const }),
    ...(stage === 'released' && { released: true as const }),
    ...(status === 'completed' && fee && fee.amountMinor > 0n && { fee: { reference: about.id, ...fee } }),
  };
}

/** Kept and shown, and about no payment that anybody could name. */
function notUnderstood(id: string, raw: string): ProviderRecord {
  const record = { reference: id, key: null, status: 'unknown' as const, amountMinor: 0n, assetId: NO_ASSET, atMs: 0 };
  return { ...record, eventId: `${id}:unreadable`, raw };
}
