/** Payout schedules as the window and the API see them. */
import { type RawBuilder, sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import type { PayoutSchedule, ScheduleStatus } from '../contract/schedules.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader } from '../store/tx.ts';
import { unknownSchedule } from './errors.ts';
import type { ScheduleRow } from './repository.ts';

export interface ScheduleFilter {
  readonly status?: ScheduleStatus | undefined;
  readonly placement?: string | undefined;
  readonly payee?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly q?: string | undefined;
}

type Row = ScheduleRow & {
  readonly payee_name: string;
  readonly payee_reference: string;
  readonly rail: RailName;
  readonly address: string;
  readonly code: string;
  readonly scale: bigint;
  readonly writer_name: string | null;
  readonly guarantee_completion_date: string | null;
};

const time = (value: bigint | null) => (value === null ? null : Number(value));

function scheduleView(row: Row): PayoutSchedule {
  return {
    id: row.id,
    reference: row.reference,
    placementId: row.placement_id,
    guaranteeCompletionDate: row.guarantee_completion_date,
    payee: { id: row.payee_id, name: row.payee_name, reference: row.payee_reference },
    destination: { id: row.destination_id, rail: row.rail, address: row.address },
    assetId: row.asset_id,
    assetCode: row.code,
    scale: Number(row.scale),
    amountMinor: row.amount_minor.toString(),
    funding: row.funding,
    dueAtMs: Number(row.due_at_ms),
    onGuarantee: row.on_guarantee === 1n,
    status: row.status,
    version: Number(row.version),
    retryCount: Number(row.retry_count),
    failureReason: row.failure_reason,
    lastRetryAtMs: time(row.last_retry_at_ms),
    payoutId: row.payout_id,
    processedAtMs: time(row.processed_at_ms),
    cancelReason: row.cancel_reason,
    writtenBy: { id: row.written_by, name: row.writer_name ?? row.written_by },
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
  };
}

function scheduleRows(
  reader: Reader,
  conditions: readonly RawBuilder<unknown>[],
  limit: number,
): Promise<readonly Row[]> {
  return reader.rows<Row>(sql`
    select s.*, y.name as payee_name, y.reference as payee_reference, d.rail, d.address, a.code, a.scale,
      f.name as writer_name, p.guarantee_completion_date
    from payout_schedules s join payees y on y.id = s.payee_id join destinations d on d.id = s.destination_id
    join assets a on a.id = s.asset_id left join staff f on f.id = s.written_by left join placements p on p.id = s.placement_id
    where s.deleted_at_ms is null and ${sql.join(conditions, sql` and `)}
    order by s.created_at_ms desc, s.id desc limit ${BigInt(limit)}`);
}

export async function listSchedules(
  reader: Reader,
  filter: ScheduleFilter,
  page: PageRequest,
): Promise<Paged<PayoutSchedule>> {
  const [atMs, id] = decodeCursor(page.cursor, 2);
  const like = filter.q ? `%${filter.q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%` : null;
  const rows = await scheduleRows(
    reader,
    [
      sql`1 = 1`,
      ...(filter.status ? [sql`s.status = ${filter.status}`] : []),
      ...(filter.placement ? [sql`s.placement_id = ${filter.placement}`] : []),
      ...(filter.payee ? [sql`s.payee_id = ${filter.payee}`] : []),
      ...(filter.from === undefined ? [] : [sql`s.due_at_ms >= ${BigInt(filter.from)}`]),
      ...(filter.to === undefined ? [] : [sql`s.due_at_ms < ${BigInt(filter.to)}`]),
      ...(like === null
        ? []
        : [
            sql`(lower(s.reference) like ${like} escape '\\' or lower(y.name) like ${like} escape '\\' or lower(s.placement_id) like ${like} escape '\\')`,
          ]),
      ...(atMs === undefined || id === undefined
        ? []
        : [sql`(s.created_at_ms, s.id) < (${cursorNumber(atMs)}, ${id})`]),
    ],
    page.limit + 1,
  );
  const items = rows.slice(0, page.limit).map(scheduleView);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.createdAtMs), last.id]) : null,
  };
}

export async function scheduleViewOf(reader: Reader, id: string): Promise<PayoutSchedule> {
  const [row] = await scheduleRows(reader, [sql`s.id = ${id}`], 1);
  if (!row) throw unknownSchedule(id);
  return scheduleView(row);
}
