/**
 * What a payee is usually paid, and was lately. An amount is odd when, with at least five earlier
 * payouts to the payee in the asset (cancelled and failed ones left out), it is ten times their
 * median or more, or lies above the median by more than five median absolute deviations. A
 * deviation counts as a twentieth of the median at least, so that somebody who always gets the same
 * is not flagged for a cent.
 */
import { sql } from 'kysely';
import { jsonRows } from '../../store/json-rows.ts';
import type { Reader } from '../../store/tx.ts';

const EARLIER_PAYOUTS_MIN = 5n;
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
): Promise<ReadonlyMap<string, Usual>> {
  const distinct = new Map(pairs.map((pair) => [usualKey(pair.payeeId, pair.assetId), pair]));
  const wanted = jsonRows(
    reader.dialect,
    { payee_id: 'text', asset_id: 'text' },
    [...distinct.values()].map(({ payeeId, assetId }) => ({ payee_id: payeeId, asset_id: assetId })),
  );
  const rows = await reader.rows<{ payee_id: string; asset_id: string; median: bigint; deviation: bigint }>(sql`
    with ranked as (
      select p.payee_id, p.asset_id, p.amount_minor,
        row_number() over (partition by p.payee_id, p.asset_id order by p.amount_minor) as place,
        count(*) over (partition by p.payee_id, p.asset_id) as size
      from ${wanted} as w join payouts p on p.payee_id = w.payee_id and p.asset_id = w.asset_id
      where p.status not in ('cancelled', 'failed')),
    medians as (
      select payee_id, asset_id, amount_minor as median from ranked
      where size >= ${EARLIER_PAYOUTS_MIN} and place = (size + 1) / 2),
    deviations as (
      select m.payee_id, m.asset_id, m.median, abs(r.amount_minor - m.median) as deviation,
        row_number() over (partition by m.payee_id, m.asset_id order by abs(r.amount_minor - m.median)) as place, r.size
      from medians m join ranked r on r.payee_id = m.payee_id and r.asset_id = m.asset_id)
    select payee_id, asset_id, median, deviation from deviations where place = (size + 1) / 2`);
  return new Map(
    rows.map((row) => [
      usualKey(row.payee_id, row.asset_id),
      { medianMinor: BigInt(row.median), deviationMinor: BigInt(row.deviation) },
    ]),
  );
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
