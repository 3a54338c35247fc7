/** What the books say: balances, the treasury's position, and the proof that the books add up. */
import { sql } from 'kysely';
import type { Reader } from '../store/tx.ts';
import { type AsOf, untilMoment } from './as-of.ts';

export interface AssetTotal {
  readonly assetId: string;
  readonly assetCode: string;
  readonly scale: number;
  readonly sumMinor: bigint;
}

/** One line of the trial balance: the accounts of a kind of holder, in one pool and asset. */
export interface TrialBalanceLine {
  readonly holder: string;
  readonly pool: string;
  readonly assetId: string;
  readonly assetCode: string;
  readonly scale: number;
  readonly accounts: number;
  /** The balances below zero, as an amount above it. */
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

export interface TrialBalance {
  readonly entries: number;
  /** The sum of every posting per asset. Always zero, or the books are broken. */
  readonly totals: readonly AssetTotal[];
  readonly lines: readonly TrialBalanceLine[];
}

/** Of all entries, or of those up to a moment. */
export async function trialBalance(reader: Reader, moment?: AsOf): Promise<TrialBalance> {
  const entries = moment
    ? sql`ledger_postings p join ledger_transactions t on t.id = p.transaction_id where ${untilMoment(moment)}`
    : sql`ledger_postings p`;
  const rows = await reader.rows<{
    holder: string;
    pool: string;
    asset_id: string;
    code: string;
    scale: bigint;
    accounts: bigint;
    entries: bigint;
    debit: bigint;
    credit: bigint;
  }>(sql`
    select x.holder, x.pool, x.asset_id, s.code, s.scale, count(*) as accounts, cast(sum(x.entries) as bigint) as entries,
      cast(coalesce(sum(case when x.total < 0 then -x.total end), 0) as bigint) as debit,
      cast(coalesce(sum(case when x.total > 0 then x.total end), 0) as bigint) as credit
    from (
      select case when a.entity like 'payee:%' then 'payees' when a.entity like 'campaign:%' then 'campaigns'
          when a.entity like 'placement:%' then 'placements' else a.entity end as holder,
        a.pool, a.asset_id, e.total, e.entries
      from (select p.account_id, sum(p.amount_minor) as total, count(*) as entries from ${entries} group by p.account_id) e
      join accounts a on a.id = e.account_id
    ) x join assets s on s.id = x.asset_id
    group by x.holder, x.pool, x.asset_id, s.code, s.scale order by x.asset_id, x.holder, x.pool`);
  const totals = new Map<string, AssetTotal>();
  for (const row of rows) {
    const before = totals.get(row.asset_id)?.sumMinor ?? 0n;
    const sumMinor = before + row.credit - row.debit;
    totals.set(row.asset_id, { assetId: row.asset_id, assetCode: row.code, scale: Number(row.scale), sumMinor });
  }
  return {
    entries: rows.reduce((sum, row) => sum + Number(row.entries), 0),
    totals: [...totals.values()],
    lines: rows.map((row) => ({
      holder: row.holder,
      pool: row.pool,
      assetId: row.asset_id,
      assetCode: row.code,
      scale: Number(row.scale),
      accounts: Number(row.accounts),
      debitMinor: row.debit,
      creditMinor: row.credit,
    })),
  };
}

/** Accounts whose kept balance is not the sum of their entries; always none. */
export async function balanceDrift(
  reader: Reader,
): Promise<readonly { accountId: bigint; keptMinor: bigint; entriesMinor: bigint }[]> {
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
  readonly version: bigint;
  readonly fundsMinor: bigint;
  readonly heldMinor: bigint;
  readonly inFlightMinor: bigint;
  readonly unsettledMinor: bigint;
  readonly availableMinor: bigint;
}

/**
 * Per asset: funds are the treasury's own money, of which part is held and part paid but unsettled.
 * Credits have no place in it: no rail pays them out.
 */
export async function treasuryPosition(reader: Reader): Promise<readonly Position[]> {
  const rows = await reader.rows<{
    id: string;
    code: string;
    scale: bigint;
    version: bigint;
    treasury: bigint;
    held: bigint;
    clearing: bigint;
    in_flight: bigint;
  }>(sql`
    select s.id, s.code, s.scale, coalesce((select version from treasury_state v where v.asset_id = s.id), 0) as version,
      cast(coalesce(sum(case when a.entity = 'treasury:payout_reserve' then b.balance_minor end), 0) as bigint) as treasury,
      cast(coalesce(sum(case when a.entity = 'treasury' and a.pool = 'withdrawal:pending' then b.balance_minor end), 0) as bigint) as held,
      cast(coalesce(sum(case when a.entity like 'treasury:clearing:%' then b.balance_minor end), 0) as bigint) as clearing,
      cast(coalesce((select sum(amount_minor) from payouts p where p.asset_id = s.id
        and (p.status = 'processing' or (p.status = 'quarantined' and p.status_before = 'processing'))), 0) as bigint) as in_flight
    from assets s join accounts a on a.asset_id = s.id join account_balances b on b.account_id = a.id
    where a.entity >= 'treasury' and a.entity < 'treasurz' and s.id not like 'credit:%' group by s.id, s.code, s.scale order by s.id`);
  return rows.map((row) => ({
    assetId: row.id,
    assetCode: row.code,
    scale: Number(row.scale),
    version: row.version,
    fundsMinor: -row.treasury,
    heldMinor: row.held,
    inFlightMinor: row.in_flight,
    unsettledMinor: row.clearing,
    availableMinor: -row.treasury - row.held - row.clearing,
  }));
}
