/**
 * The one question about the queue: which payouts wait, by who looks, by filter, text and order.
 *
 * It is answered in one of two ways. Where one of the filters leaves few rows, these are picked and
 * sorted. Where all leave many, the index of the order is walked until the page is full; what is
 * walked over is judged from the index itself. Both are quick with 100,000 rows, and which one it is
 * follows from counts, not from a planner's guess: the other one's indexes are kept out of its way.
 */
import { type RawBuilder, sql } from 'kysely';
import { listStaff, type StaffRecord } from '../../access/staff.ts';
import type { QueueFilter, QueueOrder } from '../../contract/queue.ts';
import { cursorNumber, decodeCursor, encodeCursor, type PageRequest } from '../../store/paging.ts';
import type { Reader } from '../../store/tx.ts';
import { type GroupRow, placeInRow, showFor } from './groups.ts';
import { idRows } from './standings.ts';
import { afterAllWith, wordsOf } from './words.ts';

/** Up to this many rows are picked and sorted. */
const FEW = 2_000;

export interface CountedGroup extends GroupRow {
  readonly count: bigint;
}

/** Every way in which payouts wait now, with how many do. */
export async function groupsWaiting(reader: Reader): Promise<readonly CountedGroup[]> {
  return reader.rows<CountedGroup>(sql`
    select g.*, c.count from (select group_id, count(*) as count from approval_queue group by group_id) as c
    join approval_queue_groups g on g.id = c.group_id`);
}

type GroupFilter = Pick<QueueFilter, 'show' | 'rail' | 'assetId' | 'source' | 'importId'>;

export function groupMatches(
  group: GroupRow,
  filter: GroupFilter,
  personId: string,
  staff: readonly StaffRecord[],
): boolean {
  const { show = 'mine', rail, assetId, source, importId } = filter;
  return (
    (rail === undefined || group.rail === rail) &&
    (assetId === undefined || group.asset_id === assetId) &&
    (source === undefined || group.source === source) &&
    (importId === undefined || group.import_id === importId) &&
    (show === 'all' || showFor(placeInRow(group), personId, staff) === show)
  );
}

/** How many wait for this person. */
export async function countWaitingFor(reader: Reader, person: { readonly id: string }): Promise<number> {
  const staff = await listStaff(reader);
  const mine = (await groupsWaiting(reader)).filter((group) => groupMatches(group, {}, person.id, staff));
  return Number(mine.reduce((sum, { count }) => sum + count, 0n));
}

interface SortColumn {
  readonly column: string;
  readonly kind: 'number' | 'text';
}

const SORTS: { readonly [S in NonNullable<QueueOrder['sort']>]: SortColumn } = {
  created: { column: 'created_at_ms', kind: 'number' },
  due: { column: 'due_at_ms', kind: 'number' },
  amount: { column: 'amount_minor', kind: 'number' },
  payee: { column: 'payee_key', kind: 'text' },
  expiry: { column: 'expires_at_ms', kind: 'number' },
};

export interface QueuePage {
  /** In order. */
  readonly ids: readonly string[];
  readonly nextCursor: string | null;
}

const EMPTY: QueuePage = { ids: [], nextCursor: null };

interface Found {
  readonly id: string;
  readonly value: bigint | string;
}

export async function queuePage(
  reader: Reader,
  person: { readonly id: string },
  question: QueueFilter & QueueOrder,
  page: PageRequest,
): Promise<QueuePage> {
  const staff = await listStaff(reader);
  const waiting = await groupsWaiting(reader);
  const groups = waiting.filter((group) => groupMatches(group, question, person.id, staff));
  if (groups.length === 0) return EMPTY;
  const conditions = conditionsOf(reader, question, groups.length === waiting.length ? null : groups);
  const picked = await fewestRows(reader, conditions);
  const { column, kind } = SORTS[question.sort ?? 'created'];
  const direction = sql.raw(question.order ?? 'asc');
  const beyond = afterCursor(page.cursor, kind, column, question.order ?? 'asc');
  // An expression is not the indexed column: rows that were picked are sorted, and not looked for.
  const sorted = sql.raw(
    picked === null ? `q.${column}` : kind === 'text' ? `(q.${column} || '')` : `(q.${column} + 0)`,
  );
  const rows = await reader.rows<Found>(sql`
    select q.payout_id as id, q.${sql.raw(column)} as value from approval_queue q
    where ${picked ? sql`q.payout_id in (${picked}) and` : sql``} ${allOf(conditions.map(({ holds }) => holds))}
      and ${beyond}
    order by ${sorted} ${direction}, q.payout_id ${direction} limit ${BigInt(page.limit + 1)}`);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    ids: shown.map(({ id }) => id),
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.value), last.id]) : null,
  };
}

/** One filter, as it is asked of a row, and where it may leave few rows, as the rows it leaves. */
interface Condition {
  readonly holds: RawBuilder<unknown>;
  readonly rows?: RawBuilder<unknown>;
  /** Known without counting. */
  readonly count?: bigint;
}

function conditionsOf(
  reader: Reader,
  filter: QueueFilter,
  groups: readonly CountedGroup[] | null,
): readonly Condition[] {
  const { payee, statementId, fromMinor, toMinor, q } = filter;
  return [
    ...(groups ? [inGroups(reader, groups)] : []),
    ...(payee === undefined
      ? []
      : [
          {
            holds: sql`(q.payee_id || '') = ${payee}`,
            rows: sql`select i.payout_id from approval_queue i where i.payee_id = ${payee}`,
          },
        ]),
    ...(statementId === undefined
      ? []
      : [
          {
            holds: sql`(q.statement_id || '') = ${statementId}`,
            rows: sql`select i.payout_id from approval_queue i where i.statement_id = ${statementId}`,
          },
        ]),
    ...(fromMinor === undefined && toMinor === undefined ? [] : [withinAmounts(fromMinor, toMinor)]),
    ...wordsOf(q ?? '').map(withWord),
  ];
}

function inGroups(reader: Reader, groups: readonly CountedGroup[]): Condition {
  const ids = sql`select w.id from ${idRows(
    reader,
    groups.map(({ id }) => id),
  )} as w`;
  return {
    holds: sql`(q.group_id || '') in (${ids})`,
    rows: sql`select i.payout_id from approval_queue i where i.group_id in (${ids})`,
    count: groups.reduce((sum, { count }) => sum + count, 0n),
  };
}

function withinAmounts(fromMinor: string | undefined, toMinor: string | undefined): Condition {
  const within = (amount: RawBuilder<unknown>) =>
    allOf([
      ...(fromMinor === undefined ? [] : [sql`${amount} >= ${BigInt(fromMinor)}`]),
      ...(toMinor === undefined ? [] : [sql`${amount} <= ${BigInt(toMinor)}`]),
    ]);
  return {
    holds: within(sql`(q.amount_minor + 0)`),
    rows: sql`select i.payout_id from approval_queue i where ${within(sql`i.amount_minor`)}`,
  };
}

/** `word` has letters and digits only, so that it is a pattern for nothing but itself. */
function withWord(word: string): Condition {
  return {
    holds: sql`q.search_text like ${`% ${word}%`}`,
    rows: sql`select i.payout_id from approval_queue_words i where i.word >= ${word} and i.word < ${afterAllWith(word)}`,
  };
}

function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `);
}

/** The rows that the narrowest filter leaves, or null where each of them leaves many. */
async function fewestRows(reader: Reader, conditions: readonly Condition[]): Promise<RawBuilder<unknown> | null> {
  let fewest: { readonly rows: RawBuilder<unknown>; readonly count: bigint } | null = null;
  for (const { rows, count: known } of conditions) {
    if (!rows) continue;
    const count = known ?? (await countUpTo(reader, rows, FEW + 1));
    if (count <= BigInt(FEW) && (fewest === null || count < fewest.count)) fewest = { rows, count };
  }
  return fewest?.rows ?? null;
}

async function countUpTo(reader: Reader, rows: RawBuilder<unknown>, most: number): Promise<bigint> {
  const [row] = await reader.rows<{ n: bigint }>(sql`select count(*) as n from (${rows} limit ${BigInt(most)}) as few`);
  return row?.n ?? 0n;
}

function afterCursor(
  cursor: string | undefined,
  kind: SortColumn['kind'],
  column: string,
  order: 'asc' | 'desc',
): RawBuilder<unknown> {
  const [value, id] = decodeCursor(cursor, 2);
  if (value === undefined || id === undefined) return sql`1 = 1`;
  const at = kind === 'number' ? cursorNumber(value) : value;
  return sql`(q.${sql.raw(column)}, q.payout_id) ${sql.raw(order === 'asc' ? '>' : '<')} (${at}, ${id})`;
}

/** Those of the payouts that still wait, in the order given. */
export function inOrder<T extends { readonly id: string }>(ids: readonly string[], items: readonly T[]): T[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
