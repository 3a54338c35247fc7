/** Stripe's events, and the lines of its book, as records of ours. */
import { NO_ASSET } from '../../../core/money/assets.ts';
import type { ProviderAnswer, ProviderRecord } from '../../../core/rails/provider.ts';
import { fromStripe, type ScaleOf } from './currency.ts';
import { type BookLine, type Event, event, movedReversal, type Reversal, type Transfer, transfer } from './shapes.ts';

/** In the metadata of each transfer: which attempt of which payout it is. */
export const ATTEMPT = 'countersign_attempt';
export const PAYOUT = 'countersign_payout';

/** A transfer is paid when it exists; what can follow is that it comes back. */
export function answerOf({ id, amount_reversed, reversed }: Transfer): ProviderAnswer {
  const rawStatus = reversed ? 'reversed' : amount_reversed > 0 ? 'partly_reversed' : 'created';
  return { reference: id, status: 'completed', rawStatus, message: null };
}

/** The key is in the group as well; somebody may have emptied the metadata by hand. */
function keyOf({ metadata, transfer_group }: Transfer): string | null {
  return metadata[ATTEMPT] ?? transfer_group;
}

export function recordsOfEvent(told: unknown, scaleOf: ScaleOf): readonly ProviderRecord[] {
  const raw = JSON.stringify(told);
  const parsed = event.safeParse(told);
  if (!parsed.success) return [notUnderstood(told, raw)];
  const about = transfer.safeParse(parsed.data.data.object);
  if (!about.success) return [notUnderstood(told, raw)];
  switch (parsed.data.type) {
    case 'transfer.created':
      return [paymentRecord({ eventId: parsed.data.id, about: about.data, status: 'completed', raw }, scaleOf)];
    // Its metadata or description was changed: no money moved.
    case 'transfer.updated':
      return [paymentRecord({ eventId: parsed.data.id, about: about.data, status: 'accepted', raw }, scaleOf)];
    case 'transfer.reversed':
      return reversalRecords(parsed.data, about.data, raw, scaleOf);
    default:
      return [paymentRecord({ eventId: parsed.data.id, about: about.data, status: 'unknown', raw }, scaleOf)];
  }
}

interface Payment {
  readonly eventId: string;
  readonly about: Transfer;
  readonly status: ProviderAnswer['status'];
  readonly raw: string;
}

function paymentRecord({ eventId, about, status, raw }: Payment, scaleOf: ScaleOf): ProviderRecord {
  const money = fromStripe(about.currency, about.amount, scaleOf);
  return {
    eventId,
    reference: about.id,
    key: keyOf(about),
    status: money === null ? 'unknown' : status,
    amountMinor: money?.amountMinor ?? 0n,
    assetId: money?.assetId ?? NO_ASSET,
    atMs: about.created * 1000,
    raw,
  };
}

/** The reversals that this event tells of: the newest of the transfer, up to what came back since. */
function reversalRecords(
  { id, data }: Event,
  about: Transfer,
  raw: string,
  scaleOf: ScaleOf,
): readonly ProviderRecord[] {
  const before = data.previous_attributes?.amount_reversed;
  let left = before === undefined ? Number.POSITIVE_INFINITY : about.amount_reversed - before;
  const records: ProviderRecord[] = [];
  for (const reversal of about.reversals.data) {
    if (left <= 0) break;
    left -= reversal.amount;
    records.unshift(reversalRecord(reversal, about, raw, scaleOf));
  }
  const isWhole = left === 0 || (before === undefined && !about.reversals.has_more && records.length > 0);
  return isWhole ? records : [paymentRecord({ eventId: id, about, status: 'unknown', raw }, scaleOf)];
}

/** Named by the reversal itself, so that the event and the book tell of it once. */
function reversalRecord(reversal: Reversal, about: Transfer | null, raw: string, scaleOf: ScaleOf): ProviderRecord {
  const money = fromStripe(reversal.currency, reversal.amount, scaleOf);
  return {
    eventId: reversal.id,
    reference: reversal.transfer,
    key: about === null ? null : keyOf(about),
    status: money === null ? 'unknown' : 'completed',
    amountMinor: money?.amountMinor ?? 0n,
    assetId: money?.assetId ?? NO_ASSET,
    atMs: reversal.created * 1000,
    raw,
    reversal: { reference: reversal.id },
  };
}

/** A line of the book in place of an event that is told no more. */
export function recordOfLine(line: BookLine, scaleOf: ScaleOf): ProviderRecord {
  const raw = JSON.stringify(line);
  const paid = transfer.safeParse(line.source);
  if (line.type === 'transfer' && paid.success) {
    const record = paymentRecord({ eventId: line.id, about: paid.data, status: 'completed', raw }, scaleOf);
    const fee = fromStripe(line.currency, line.fee, scaleOf);
    return fee && fee.amountMinor > 0n ? { ...record, fee: { reference: line.id, ...fee } } : record;
  }
  const back = movedReversal.safeParse(line.source);
  if (line.type === 'transfer_refund' && back.success) return reversalRecord(back.data, null, raw, scaleOf);
  return notUnderstood(line, raw);
}

/** Kept and shown, and about no payment that anybody could name. */
function notUnderstood(told: unknown, raw: string): ProviderRecord {
  const { id, created } = told as { readonly id: string; readonly created: number };
  return {
    eventId: id,
    reference: id,
    key: null,
    status: 'unknown',
    amountMinor: 0n,
    assetId: NO_ASSET,
    atMs: created * 1000,
    raw,
  };
}
