/** Balances as they stood at a moment: as the world was then, or as the books knew it then. */
import { type RawBuilder, sql } from 'kysely';
import type { BalanceItem, TimeOfRecord } from '../contract/ledger-records.ts';
import type { Reader } from '../store/tx.ts';
import { unknownAccount } from './errors.ts';

export interface AsOf {
  /** Up to and with this moment. */
  readonly atMs: number;
  readonly by: TimeOfRecord;
}

/** The condition that keeps the transactions `t` of up to that moment. */
export function untilMoment({ atMs, by }: AsOf): RawBuilder<boolean> {
  return by === 'effective' ? sql`t.effective_at_ms <= ${BigInt(atMs)}` : sql`t.recorded_at_ms <= ${BigInt(atMs)}`;
}

/** One account, or every account of one holder. */
export type WhoseBalance = { readonly accountId: bigint } | { readonly entity: string };

export interface BalanceAsOf {
  readonly accountId: bigint;
  readonly entity: string;
  readonly pool: string;
  readonly assetId: string;
  readonly assetCode: string;
  readonly scale: number;
  readonly balanceMinor: bigint;
}

export async function balanceAsOf(reader: Reader, whose: WhoseBalance, moment: AsOf): Promise<readonly BalanceAsOf[]> {
  const which = 'accountId' in whose ? sql`a.id = ${whose.accountId}` : sql`a.entity = ${whose.entity}`;
  const rows = await reader.rows<{
    id: bigint;
    entity: string;
    pool: string;
    asset_id: string;
    code: string;
    scale: bigint;
    balance: bigint;
  }>(sql`
    select a.id, a.entity, a.pool, a.asset_id, s.code, s.scale, cast(coalesce((
      select sum(p.amount_minor) from ledger_postings p join ledger_transactions t on t.id = p.transaction_id
      where p.account_id = a.id and ${untilMoment(moment)}), 0) as bigint) as balance
    from accounts a join assets s on s.id = a.asset_id where ${which} order by a.id`);
  if (rows.length === 0 && 'accountId' in whose) throw unknownAccount(whose.accountId.toString());
  return rows.map((row) => ({
    accountId: row.id,
    entity: row.entity,
    pool: row.pool,
    assetId: row.asset_id,
    assetCode: row.code,
    scale: Number(row.scale),
    balanceMinor: row.balance,
  }));
}

export async function balanceAsOfView(reader: Reader, whose: WhoseBalance, moment: AsOf): Promise<BalanceItem[]> {
  return (await balanceAsOf(reader, whose, moment)).map((balance) => ({
    ...balance,
    accountId: balance.accountId.toString(),
    pool: balance.pool === '' ? null : balance.pool,
    balanceMinor: balance.balanceMinor.toString(),
  }));
}
