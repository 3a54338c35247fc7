/**
 * What a payee is usually paid, and was lately. An amount is odd when, with at least five payouts to
 * the payee in the asset within a year (cancelled and failed ones left out), it is ten times their
 * median or more, or lies above the median by more than five median absolute deviations. A
 * deviation counts as a twentieth of the median at least, so that somebody who always gets the same
 * is not flagged for a cent.
 */
import { sql } from 'kysely';
import { jsonRows } from '../../store/json-rows.ts';
import type { Reader } from '../../store/tx.ts';

const EARLIER_PAYOUTS_MIN = 5;
const USUAL_WITHIN_MS = 365 * 24 * 60 * 60 * 1000;
const TIMES_MEDIAN = 10n;
const DEVIATIONS = 5n;
const MEDIAN_PARTS = 20n;
export const REPEATED_WITHIN_MS = 7 * 24 * 60 * 60 * 1000;

export interface Usual {
  readonly medianMinor: bigint;
  readonly deviationMinor: bigint;
}

export interface AmountOfPayee {
  readonly payeeId: string;
  readonly assetId: string;
  readonly amountMinor: bigint;
}

/** `times` the median, or null where it is odd by its deviation only. False where it is not odd. */
export function isOutlier(
  amountMinor: bigint,
  { medianMinor, deviationMinor }: Usual,
): { readonly times: number | null } | false {
  if (amountMinor >= medianMinor * TIMES_MEDIAN) return { times: Number(amountMinor / medianMinor) };
  const floor = medianMinor / MEDIAN_PARTS;
  const deviation = deviationMinor > floor ? deviationMinor : floor;
  return amountMinor > medianMinor + DEVIATIONS * deviation ? { times: null } : false;
}

export const usualKey = (payeeId: string, assetId: string) => `${payeeId}\u0000${assetId}`;

/** By `usualKey`; payees without enough earlier payouts are left out. */
export async function usualAmounts(
  reader: Reader,
  pairs: readonly { readonly payeeId: string; readonly assetId: string }[],
  nowMs: number,
): Promise<ReadonlyMap<string, Usual>> {
  const wanted = jsonRows(
    reader.dialect,
    { place: 'bigint', payee_id: 'text', asset_id: 'text' },
    pairs.map(({ payeeId, assetId }, place) => ({ place, payee_id: payeeId, asset_id: assetId })),
  );
  const rows = await reader.rows<{ place: bigint; amount_minor: bigint }>(sql`
    select w.place, p.amount_minor from ${wanted} as w
    join payouts p on p.payee_id = w.payee_id and p.asset_id = w.asset_id
    where p.created_at_ms >= ${BigInt(nowMs - USUAL_WITHIN_MS)} and p.status not in ('cancelled', 'failed')`);
  const amounts = pairs.map((): bigint[] => []);
  for (const { place, amount_minor: amount } of rows) amounts[Number(place)]?.push(amount);
  return new Map(
    pairs.flatMap(({ payeeId, assetId }, place) => {
      const usual = usualOf(amounts[place] ?? []);
      return usual ? [[usualKey(payeeId, assetId), usual]] : [];
    }),
  );
}

/** Null where there are too few to say. */
export function usualOf(amounts: readonly bigint[]): Usual | null {
  if (amounts.length < EARLIER_PAYOUTS_MIN) return null;
  const medianMinor = lowerMedian(amounts);
  const deviationMinor = lowerMedian(
    amounts.map((amount) => (amount > medianMinor ? amount - medianMinor : medianMinor - amount)),
  );
  return { medianMinor, deviationMinor };
}

/** Of an even number of amounts the lower of the two in the middle, so that it is one of them. */
function lowerMedian(amounts: readonly bigint[]): bigint {
  const sorted = [...amounts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[(sorted.length - 1) >> 1] ?? 0n;
}

export const amountKey = ({ payeeId, assetId, amountMinor }: AmountOfPayee) =>
  `${payeeId}\u0000${assetId}\u0000${amountMinor}`;

/** Those of the amounts (by `amountKey`) that were asked for lately for the same payee. */
export async function repeatedAmounts(
  reader: Reader,
  amounts: readonly AmountOfPayee[],
  nowMs: number,
): Promise<ReadonlySet<string>> {
  const wanted = jsonRows(
    reader.dialect,
    { payee_id: 'text', asset_id: 'text', amount_minor: 'bigint' },
    amounts.map(({ payeeId, assetId, amountMinor }) => ({
      payee_id: payeeId,
      asset_id: assetId,
      amount_minor: amountMinor,
    })),
  );
  const rows = await reader.rows<{ payee_id: string; asset_id: string; amount_minor: bigint }>(sql`
    select distinct p.payee_id, p.asset_id, p.amount_minor from ${wanted} as w
    join payouts p on p.payee_id = w.payee_id and p.asset_id = w.asset_id and p.amount_minor = w.amount_minor
    where p.created_at_ms >= ${BigInt(nowMs - REPEATED_WITHIN_MS)} and p.status not in ('cancelled', 'failed')`);
  return new Set(
    rows.map((row) => amountKey({ payeeId: row.payee_id, assetId: row.asset_id, amountMinor: row.amount_minor })),
  );
}
