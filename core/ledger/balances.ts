/** What the books say: balances, the treasury's position, and the proof that the books add up. */
import { sql } from 'kysely';
import type { Reader } from '../store/tx.ts';

export interface AssetTotal {
  readonly assetId: string;
  readonly assetCode: string;
  readonly scale: number;
  readonly sumMinor: bigint;
}

/** The sum of every posting per asset. Always zero, or the books are broken. */
export async function trialBalance(reader: Reader): Promise<{ entries: number; totals: readonly AssetTotal[] }> {
  const [count] = await reader.rows<{ n: bigint }>(sql`select count(*) as n from ledger_postings`);
  const rows = await reader.rows<{ id: string; code: string; scale: bigint; total: bigint }>(sql`
    select s.id, s.code, s.scale, cast(sum(p.amount_minor) as bigint) as total
    from (select account_id, sum(amount_minor) as amount_minor from ledger_postings group by account_id) p
    join accounts a on a.id = p.account_id join assets s on s.id = a.asset_id
    group by s.id, s.code, s.scale order by s.id`);
  return {
    entries: Number(count?.n ?? 0n),
    totals: rows.map(({ id, code, scale, total }) => ({
      assetId: id,
      assetCode: code,
      scale: Number(scale),
      sumMinor: total,
    })),
  };
}

/** Accounts whose kept balance is not the sum of their entries; always none. */
export async function balanceDrift(reader: Reader): Promise<readonly { accountId: bigint; keptMinor: bigint; entriesMinor: bigint }[]> {
  const rows = await reader.rows<{ account_id: bigint; kept: bigint; entries: bigint }>(sql`
    select b.account_id, b.balance_minor as kept, cast(coalesce(p.total, 0) as bigint) as entries
    from account_balances b
    left join (select account_id, sum(amount_minor) as total from ledger_postings group by account_id) p
      on p.account_id = b.account_id
    where b.balance_minor <> coalesce(p.total, 0) order by b.account_id`);
  return rows.map((row) => ({ accountId: row.account_id, keptMinor: row.kept, entriesMinor: row.entries }));
}

export interface Position {
  readonly assetId: string;
  readonly assetCode: string;
  readonly scale: number;
  readonly fundsMinor: bigint;
  readonly heldMinor: bigint;
  readonly inFlightMinor: bigint;
  readonly unsettledMinor: bigint;
  readonly availableMinor: bigint;
}

/** Per asset: funds are the treasury's own money, of which part is held and part paid but unsettled. */
export async function treasuryPosition(reader: Reader): Promise<readonly Position[]> {
  const rows = await reader.rows<{
    id: string;
    code: string;
    scale: bigint;
    treasury: bigint;
    held: bigint;
    clearing: bigint;
    in_flight: bigint;
  }>(sql`
    select s.id, s.code, s.scale,
      cast(coalesce(sum(case when a.entity = 'treasury:payout_reserve' then b.balance_minor end), 0) as bigint) as treasury,
      cast(coalesce(sum(case when a.entity = 'treasury' and a.pool = 'withdrawal:pending' then b.balance_minor end), 0) as bigint) as held,
      cast(coalesce(sum(case when a.entity like 'treasury:clearing:%' then b.balance_minor end), 0) as bigint) as clearing,
      cast(coalesce((select sum(amount_minor) from payouts p where p.asset_id = s.id
        and (p.status = 'processing' or p.status_before = 'processing')), 0) as bigint) as in_flight
    from assets s join accounts a on a.asset_id = s.id join account_balances b on b.account_id = a.id
    group by s.id, s.code, s.scale order by s.id`);
  return rows.map((row) => ({
    assetId: row.id,
    assetCode: row.code,
    scale: Number(row.scale),
    fundsMinor: -row.treasury,
    heldMinor: row.held,
    inFlightMinor: row.in_flight,
    unsettledMinor: row.clearing,
    availableMinor: -row.treasury - row.held - row.clearing,
  }));
}

/** What one asset has left to start new payments with: held amounts are what waits to be paid. */
export async function paysFromFunds(reader: Reader, assetId: string): Promise<{ fundsMinor: bigint; unsettledMinor: bigint; inFlightMinor: bigint }> {
  const position = (await treasuryPosition(reader)).find((entry) => entry.assetId === assetId);
  return {
    fundsMinor: position?.fundsMinor ?? 0n,
    unsettledMinor: position?.unsettledMinor ?? 0n,
    inFlightMinor: position?.inFlightMinor ?? 0n,
  };
}
