/** The books as the window sees them: amounts as strings of minor units. */
import { sql } from 'kysely';
import type { LedgerAccount, TreasuryPosition } from '../contract/ledger-records.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import type { AsOf } from './as-of.ts';
import { balanceDrift, treasuryPosition, trialBalance } from './balances.ts';
import { unknownAccount } from './errors.ts';

export async function trialBalanceView(reader: Reader, moment?: AsOf) {
  const { entries, totals, lines } = await trialBalance(reader, moment);
  const drift = await balanceDrift(reader);
  return {
    entries,
    totals: totals.map(({ sumMinor, ...total }) => ({ ...total, sumMinor: sumMinor.toString() })),
    lines: lines.map(({ pool, debitMinor, creditMinor, ...line }) => ({
      ...line,
      pool: pool === '' ? null : pool,
      debitMinor: debitMinor.toString(),
      creditMinor: creditMinor.toString(),
    })),
    drift: drift.map(({ accountId }) => accountId.toString()),
  };
}

export async function positionView(reader: Reader): Promise<TreasuryPosition[]> {
  return (await treasuryPosition(reader)).map(({ assetId, assetCode, scale, version, ...amounts }) => ({
    assetId,
    assetCode,
    scale,
    version: Number(version),
    fundsMinor: amounts.fundsMinor.toString(),
    heldMinor: amounts.heldMinor.toString(),
    inFlightMinor: amounts.inFlightMinor.toString(),
    unsettledMinor: amounts.unsettledMinor.toString(),
    availableMinor: amounts.availableMinor.toString(),
  }));
}

export interface AccountFilter {
  readonly entity?: string | undefined;
  readonly assetId?: string | undefined;
  readonly q?: string | undefined;
  readonly balances?: 'all' | 'non_zero' | undefined;
}

export async function listAccounts(
  reader: Reader,
  filter: AccountFilter,
  page: PageRequest,
): Promise<Paged<LedgerAccount>> {
  const [after] = decodeCursor(page.cursor, 1);
  let query = accounts(reader)
    .orderBy('a.id')
    .limit(page.limit + 1);
  if (after !== undefined) query = query.where('a.id', '>', cursorNumber(after));
  if (filter.entity !== undefined) query = query.where('a.entity', '=', filter.entity);
  if (filter.assetId !== undefined) query = query.where('a.asset_id', '=', filter.assetId);
  if (filter.balances === 'non_zero') query = query.where('b.balance_minor', '<>', 0n);
  if (filter.q !== undefined && filter.q.trim() !== '') {
    const part = `%${filter.q
      .trim()
      .toLowerCase()
      .replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    query = query.where(
      sql<boolean>`lower(a.entity || ' ' || coalesce(a.name, '') || ' ' || a.pool || ' ' || coalesce(p.name, '')) like ${part} escape '\\'`,
    );
  }
  const rows = await query.execute();
  const items = rows.slice(0, page.limit).map(accountView);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > page.limit && last ? encodeCursor([last.id]) : null };
}

export async function getAccount(reader: Reader, accountId: bigint): Promise<LedgerAccount> {
  const row = await accounts(reader).where('a.id', '=', accountId).executeTakeFirst();
  if (!row) throw unknownAccount(accountId.toString());
  return accountView(row);
}

const accounts = (reader: Reader) =>
  reader.db
    .selectFrom('accounts as a')
    .innerJoin('account_balances as b', 'b.account_id', 'a.id')
    .innerJoin('assets as s', 's.id', 'a.asset_id')
    // The account of a payee is called `payee:` and the payee's id.
    .leftJoin('payees as p', (join) => join.on('p.id', '=', sql<string>`substr(a.entity, 7)`))
    .select([
      'a.id',
      'a.entity',
      'a.name',
      'a.pool',
      'a.asset_id',
      's.code',
      's.scale',
      'b.balance_minor',
      'b.may_go_negative',
      'b.holds_lots',
      'p.name as holder_name',
    ]);

type AccountRow = Awaited<ReturnType<ReturnType<typeof accounts>['executeTakeFirstOrThrow']>>;

const accountView = (row: AccountRow): LedgerAccount => ({
  id: row.id.toString(),
  entity: row.entity,
  holderName: row.holder_name,
  name: row.name,
  pool: row.pool === '' ? null : row.pool,
  assetId: row.asset_id,
  assetCode: row.code,
  scale: Number(row.scale),
  balanceMinor: row.balance_minor.toString(),
  mayGoNegative: row.may_go_negative === 1n,
  holdsLots: row.holds_lots === 1n,
});
