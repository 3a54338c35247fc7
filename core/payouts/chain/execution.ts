/**
 * What other programs ask for: the transaction of one payout. For a payout that was approved, with
 * the same account, amount and asset; everything else is first recorded, and waits for approvals.
 */
import type { Memo } from '../../contract/payees.ts';
import { type AssetId, isAssetId } from '../../money/assets.ts';
import { parseDecimal } from '../../money/minor.ts';
import type { ProposedDestination } from '../../payees/destinations.ts';
import type { Reader } from '../../store/tx.ts';
import { type DestinationSnapshot, type PayoutRecord, payoutFromRow } from '../repository.ts';
import { badAmount, badAsset, payoutDiffers } from './errors.ts';

const SCALE = 7;

/** Stellar's own notation, exactly: no rounding, no sign, no exponent. */
export function readStellarAmount(text: string): bigint {
  if (text.startsWith('+') || text.startsWith('-')) throw badAmount('sign');
  const parsed = parseDecimal(text, SCALE);
  if (!parsed.ok) throw badAmount(parsed.problem);
  // Written zeros beyond the seventh decimal are one decimal too many as well.
  if ((text.split('.')[1] ?? '').length > SCALE) throw badAmount('too_many_decimals');
  if (parsed.minor === 0n) throw badAmount('zero');
  return parsed.minor;
}

/** `XLM`, or `CODE:ISSUER`: a code alone names nobody's money. */
export function readStellarAsset(text: string, network: string): AssetId {
  if (text === 'XLM' || text === 'native') return `stellar:${network}:native` as AssetId;
  const [, code, issuer] = /^([A-Za-z0-9]{1,12}):(G[A-Z2-7]{55})$/.exec(text) ?? [];
  const id = `stellar:${network}:${code}-${issuer}`;
  if (code === undefined || issuer === undefined || !isAssetId(id)) throw badAsset(text);
  return id;
}

export interface AskedPayout {
  readonly reference: string;
  /** A name has been resolved before; then its memo is part of it. */
  readonly to: ProposedDestination;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
}

/** The payout of that reference that is not over; null where there is none. One that differs is refused. */
export async function findAsked(reader: Reader, asked: AskedPayout): Promise<PayoutRecord | null> {
  const rows = await reader.db
    .selectFrom('payouts')
    .selectAll()
    .where('reference', '=', asked.reference)
    .where('rail', '=', 'stellar')
    .where('status', '<>', 'cancelled')
    .orderBy('created_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .execute();
  const [payout] = rows.map(payoutFromRow);
  if (!payout) return null;
  if (!isPaidAt(payout.destination, asked.to)) throw payoutDiffers(asked.reference, 'destinationAccount');
  if (payout.assetId !== asked.assetId) throw payoutDiffers(asked.reference, 'asset');
  if (payout.amountMinor !== asked.amountMinor) throw payoutDiffers(asked.reference, 'amount');
  return payout;
}

/** A plain account says nothing of a memo: the one that the destination has goes along. A name says all of it. */
function isPaidAt(destination: DestinationSnapshot, { address, federation, memo }: ProposedDestination): boolean {
  if (destination.address !== address) return false;
  return federation === undefined || sameMemo(destination.memo, memo ?? null);
}

function sameMemo(one: Memo | null, other: Memo | null): boolean {
  return one?.type === other?.type && one?.value === other?.value;
}

/** By its own id, or by the caller's reference. */
export async function findNamed(reader: Reader, name: string): Promise<PayoutRecord | null> {
  const rows = await reader.db
    .selectFrom('payouts')
    .selectAll()
    .where((either) => either.or([either('id', '=', name), either('reference', '=', name)]))
    .where('rail', '=', 'stellar')
    .orderBy('created_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .execute();
  const [payout] = rows.map(payoutFromRow);
  return payout ?? null;
}

/** Whom that address belongs to, of those who may be paid at it; the first who ever had it. */
export async function destinationAt(
  reader: Reader,
  { address, federation, memo }: ProposedDestination,
): Promise<{ readonly payeeId: string; readonly destinationId: string } | null> {
  let query = reader.db
    .selectFrom('destinations')
    .innerJoin('payees', 'payees.id', 'destinations.payee_id')
    .select(['destinations.id as destinationId', 'payees.id as payeeId'])
    .where('destinations.rail', '=', 'stellar')
    .where('destinations.address', '=', address)
    .where('destinations.status', '<>', 'retired')
    .where('payees.status', '=', 'active')
    .orderBy('destinations.created_at_ms');
  if (federation !== undefined) {
    query = query
      .where('destinations.memo_type', memo ? '=' : 'is', memo?.type ?? null)
      .where('destinations.memo_value', memo ? '=' : 'is', memo?.value ?? null);
  }
  return (await query.executeTakeFirst()) ?? null;
}
