/** The books as the window sees them: amounts as strings of minor units. */
import type { LedgerAccount, TreasuryPosition } from '../contract/ledger.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { balanceDrift, treasuryPosition, trialBalance } from './balances.ts';

export async function trialBalanceView(reader: Reader) {
  const { entries, totals } = await trialBalance(reader);
  const drift = await balanceDrift(reader);
  return {
    entries,
    totals: totals.map(({ sumMinor, ...total }) => ({ ...total, sumMinor: sumMinor.toString() })),
    drift: drift.map(({ accountId }) => accountId.toString()),
  };
}

export async function positionView(reader: Reader): Promise<TreasuryPosition[]> {
  return (await treasuryPosition(reader)).map(({ assetId, assetCode, scale, ...amounts }) => ({
    assetId,
    assetCode,
    scale,
    fundsMinor: amounts.fundsMinor.toString(),
    heldMinor: amounts.heldMinor.toString(),
    inFlightMinor: amounts.inFlightMinor.toString(),
    unsettledMinor: amounts.unsettledMinor.toString(),
    availableMinor: amounts.availableMinor.toString(),
  }));
}

export async function listAccounts(reader: Reader, page: PageRequest): Promise<Paged<LedgerAccount>> {
  const [after] = decodeCursor(page.cursor, 1);
  let query = reader.db
    .selectFrom('accounts')
    .innerJoin('account_balances', 'account_balances.account_id', 'accounts.id')
    .innerJoin('assets', 'assets.id', 'accounts.asset_id')
    .select([
      'accounts.id',
      'accounts.entity',
      'accounts.pool',
      'accounts.asset_id',
      'assets.code',
      'assets.scale',
      'account_balances.balance_minor',
    ])
    .orderBy('accounts.id')
    .limit(page.limit + 1);
  if (after !== undefined) query = query.where('accounts.id', '>', BigInt(after));
  const rows = await query.execute();
  const items = rows.slice(0, page.limit).map((row) => ({
    id: row.id.toString(),
    entity: row.entity,
    pool: row.pool === '' ? null : row.pool,
    assetId: row.asset_id,
    assetCode: row.code,
    scale: Number(row.scale),
    balanceMinor: row.balance_minor.toString(),
  }));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > page.limit && last ? encodeCursor([last.id]) : null };
}
