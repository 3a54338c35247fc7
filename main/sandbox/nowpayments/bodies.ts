/** The objects as NOWPayments writes them: dates in two spellings, amounts as text or as numbers. */
import { formatDecimal } from '../../../core/money/minor.ts';
import type { Batch, Withdrawal } from './records.ts';
import { KEPT_SCALE } from './records.ts';

/** `12.5`, without zeros that say nothing. */
export const decimal = (units: bigint): string => formatDecimal(units, KEPT_SCALE).replace(/\.?0+$/, '');

const dateOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

function shared({ id, batchId, address, extraId, currency, amount, ...rest }: Withdrawal) {
  return {
    is_request_payouts: false,
    id,
    address,
    currency,
    amount: decimal(amount),
    batch_withdrawal_id: batchId,
    ipn_callback_url: rest.callbackUrl,
    status: rest.status,
    extra_id: extraId,
    hash: rest.hash,
    error: rest.error,
    fee: rest.requestedMs === null ? null : Number(decimal(rest.fee)),
    payout_description: rest.description,
  };
}

/** In the answer to a new batch, and in lists. */
export function withdrawalBody(withdrawal: Withdrawal) {
  return {
    ...shared(withdrawal),
    unique_external_id: withdrawal.externalId,
    created_at: dateOf(withdrawal.createdMs),
    requested_at: dateOf(withdrawal.requestedMs),
    updated_at: dateOf(withdrawal.updatedMs),
  };
}

/** Where one batch or one payment is asked about. */
function detailBody(withdrawal: Withdrawal) {
  return {
    ...shared(withdrawal),
    unique_external_id: withdrawal.externalId,
    createdAt: dateOf(withdrawal.createdMs),
    requestedAt: dateOf(withdrawal.requestedMs),
    updatedAt: dateOf(withdrawal.updatedMs),
  };
}

export function newBatchBody({ id }: Batch, withdrawals: readonly Withdrawal[]) {
  return { id, withdrawals: withdrawals.map(withdrawalBody) };
}

export function batchBody({ id, createdMs }: Batch, withdrawals: readonly Withdrawal[]) {
  return { id, createdAt: dateOf(createdMs), withdrawals: withdrawals.map(detailBody) };
}

export const oneBody = (withdrawal: Withdrawal) => [detailBody(withdrawal)];

/** What is sent out when a payment changes. It does not say which of ours it is. */
export function ipnBody(withdrawal: Withdrawal) {
  const { is_request_payouts: _, payout_description: __, ...told } = shared(withdrawal);
  return {
    ...told,
    created_at: dateOf(withdrawal.createdMs),
    requested_at: dateOf(withdrawal.requestedMs),
    updated_at: dateOf(withdrawal.updatedMs),
  };
}
