/** Royalty statements as the window and the API see them, with what is claimed and paid of each. */
import { type RawBuilder, sql } from 'kysely';
import type { RoyaltyStatement, StatementLine } from '../contract/statements.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { unknownStatement } from './errors.ts';

export interface StatementFilter {
  readonly q?: string | undefined;
  readonly payee?: string | undefined;
  readonly open?: boolean | undefined;
}

interface Row {
  id: string;
  reference: string;
  payee_id: string;
  payee_name: string;
  payee_reference: string;
  period_from: string;
  period_to: string;
  asset_id: string;
  code: string;
  scale: bigint;
  total_minor: bigint;
  claimed_minor: bigint;
  paid_minor: bigint;
  status: 'open' | 'deleted';
  created_at_ms: bigint;
  created_by: string;
  creator_name: string | null;
}

function statementView(row: Row): RoyaltyStatement {
  return {
    id: row.id,
    reference: row.reference,
    creator: { id: row.payee_id, name: row.payee_name, reference: row.payee_reference },
    periodFrom: row.period_from,
    periodTo: row.period_to,
    assetId: row.asset_id,
    assetCode: row.code,
    scale: Number(row.scale),
    totalMinor: row.total_minor.toString(),
    claimedMinor: row.claimed_minor.toString(),
    paidMinor: row.paid_minor.toString(),
    remainingMinor: (row.status === 'open' ? row.total_minor - row.claimed_minor : 0n).toString(),
    status: row.status,
    createdAtMs: Number(row.created_at_ms),
    createdBy: row.creator_name ?? row.created_by,
  };
}

async function statementRows(
  reader: Reader,
  conditions: readonly RawBuilder<unknown>[],
  limit: number,
): Promise<readonly Row[]> {
  const sumOf = (condition: RawBuilder<unknown>) => sql`(
    select cast(coalesce(sum(p.amount_minor), 0) as bigint) from payouts p where p.statement_id = s.id and ${condition})`;
  return reader.rows<Row>(sql`
    select * from (
      select s.id, s.reference, s.payee_id, y.name as payee_name, y.reference as payee_reference, s.period_from, s.period_to,
        s.asset_id, a.code, a.scale, s.total_minor, s.status, s.created_at_ms, s.created_by, f.name as creator_name,
        ${sumOf(sql`p.status not in ('failed', 'cancelled')`)} as claimed_minor,
        ${sumOf(sql`p.status = 'completed'`)} as paid_minor
      from statements s join payees y on y.id = s.payee_id join assets a on a.id = s.asset_id
      left join staff f on f.id = s.created_by) as x
    where ${sql.join(conditions, sql` and `)}
    order by x.created_at_ms desc, x.id desc limit ${BigInt(limit)}`);
}

/** Those that were deleted are not listed; each can still be looked at. */
export async function listStatements(
  reader: Reader,
  filter: StatementFilter,
  page: PageRequest,
): Promise<Paged<RoyaltyStatement>> {
  const [time, id] = decodeCursor(page.cursor, 2);
  const like = filter.q ? `%${filter.q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%` : null;
  const rows = await statementRows(
    reader,
    [
      sql`x.status = 'open'`,
      ...(filter.payee ? [sql`x.payee_id = ${filter.payee}`] : []),
      ...(filter.open === undefined
        ? []
        : [filter.open ? sql`x.claimed_minor < x.total_minor` : sql`x.claimed_minor >= x.total_minor`]),
      ...(like === null
        ? []
        : [sql`(lower(x.reference) like ${like} escape '\\' or lower(x.payee_name) like ${like} escape '\\')`]),
      ...(time !== undefined && id !== undefined ? [sql`(x.created_at_ms, x.id) < (${BigInt(time)}, ${id})`] : []),
    ],
    page.limit + 1,
  );
  const items = rows.slice(0, page.limit).map(statementView);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.createdAtMs), last.id]) : null,
  };
}

export async function statementWithLines(
  reader: Reader,
  id: string,
): Promise<RoyaltyStatement & { lines: StatementLine[] }> {
  const [row] = await statementRows(reader, [sql`x.id = ${id}`], 1);
  if (!row) throw unknownStatement(id);
  const lines = await reader.db
    .selectFrom('statement_lines')
    .select(['description', 'quantity', 'amount_minor'])
    .where('statement_id', '=', id)
    .orderBy('line')
    .execute();
  return {
    ...statementView(row),
    lines: lines.map((line) => ({
      description: line.description,
      quantity: line.quantity,
      amountMinor: line.amount_minor.toString(),
    })),
  };
}
