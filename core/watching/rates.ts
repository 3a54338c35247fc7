/**
 * How payments fare, over the 24 hours before one asks. The definitions are in the contract
 * (`railRates`); what counts as given to the rail, and which times count, is `OUTCOMES` here and the
 * same in the metrics.
 */
import { type RawBuilder, sql } from 'kysely';
import { RAILS, type RailName } from '../contract/payees.ts';
import type { RailRates } from '../contract/watching.ts';
import { FOUND_IN_HISTORY, RESOLVED_BY_TWO } from '../payouts/attempts.ts';
import type { Reader } from '../store/tx.ts';
import { DAY_MS } from './rules/finding.ts';

const WITHIN_PERCENT = 95n;

/**
 * Attempts with an outcome, and for those the rail itself confirmed how long it took: a column
 * `took_ms`, null where it says nothing about the rail.
 */
export function outcomes(when: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select a.rail, a.status, case when a.status = 'completed'
        and (a.provider_message is null or (a.provider_message <> ${FOUND_IN_HISTORY} and a.provider_message not like ${`${RESOLVED_BY_TWO}%`}))
      then a.ended_at_ms - coalesce(t.signed_at_ms, a.created_at_ms) end as took_ms
    from payout_attempts a
    left join chain_payments c on c.attempt_id = a.id and a.rail = 'stellar'
    left join chain_transactions t on t.id = c.transaction_id
    where a.status in ('completed', 'failed') and ${when})`;
}

interface Row {
  readonly rail: RailName;
  readonly completed: bigint;
  readonly failed: bigint;
  readonly mean: bigint | null;
  readonly p95: bigint | null;
}

export async function railRates(reader: Reader, nowMs: number): Promise<RailRates[]> {
  const ofADay = outcomes(sql`a.ended_at_ms > ${BigInt(nowMs - DAY_MS)} and a.ended_at_ms <= ${BigInt(nowMs)}`);
  const rows = await reader.rows<Row>(sql`
    select rail, count(case when status = 'completed' then 1 end) as completed, count(case when status = 'failed' then 1 end) as failed,
      cast(sum(took_ms) as bigint) / nullif(count(took_ms), 0) as mean,
      min(case when took_ms is not null and place * 100 >= ${WITHIN_PERCENT} * timed then took_ms end) as p95
    from (
      select rail, status, took_ms, count(took_ms) over (partition by rail) as timed,
        row_number() over (partition by rail, took_ms is null order by took_ms) as place
      from ${ofADay} as outcomes) as ranked
    group by rail`);
  const undecided = await undecidedByRail(reader);
  return RAILS.flatMap((rail): RailRates[] => {
    const row = rows.find((one) => one.rail === rail);
    const open = undecided.get(rail) ?? 0;
    if (!row && open === 0) return [];
    const completed = row?.completed ?? 0n;
    const failed = row?.failed ?? 0n;
    const ended = completed + failed;
    return [
      {
        rail,
        completed: Number(completed),
        failed: Number(failed),
        undecided: open,
        successBasisPoints: ended === 0n ? null : Number((completed * 10_000n) / ended),
        meanMs: row?.mean == null ? null : Number(row.mean),
        p95Ms: row?.p95 == null ? null : Number(row.p95),
      },
    ];
  });
}

async function undecidedByRail(reader: Reader): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.rows<{ rail: string; payouts: bigint }>(sql`
    select rail, count(*) as payouts from payouts
    where rail in (${sql.join(RAILS)}) and status in ('processing', 'quarantined') group by rail`);
  return new Map(rows.map(({ rail, payouts }) => [rail, Number(payouts)]));
}
