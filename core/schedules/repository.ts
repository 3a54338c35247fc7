/** Payout schedules in the database, and the one way in which one changes. */
import { type Selectable, sql } from 'kysely';
import type { ScheduleStatus } from '../contract/schedules.ts';
import type { DestinationId, PayeeId, PayoutId, ScheduleId, StaffId } from '../ids/ids.ts';
import type { AssetId } from '../money/assets.ts';
import type { Work } from '../store/command.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { staleSchedule, unknownSchedule } from './errors.ts';
import type { ScheduleTables } from './tables.ts';
import { nextScheduleStatus, type ScheduleEvent } from './transitions.ts';

export interface ScheduleRecord {
  readonly id: ScheduleId;
  readonly reference: string;
  readonly placementId: string | null;
  readonly payeeId: PayeeId;
  readonly destinationId: DestinationId;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly funding: 'direct' | 'balance';
  readonly dueAtMs: number;
  readonly onGuarantee: boolean;
  readonly status: ScheduleStatus;
  readonly version: bigint;
  readonly retryCount: bigint;
  readonly failureReason: string | null;
  readonly lastRetryAtMs: number | null;
  readonly payoutId: PayoutId | null;
  readonly processedAtMs: number | null;
  readonly writtenBy: StaffId;
  readonly idempotencyKey: string;
  readonly payloadHash: string;
}

export type ScheduleRow = Selectable<ScheduleTables['payout_schedules']>;

const time = (value: bigint | null) => (value === null ? null : Number(value));

export function scheduleFromRow(row: ScheduleRow): ScheduleRecord {
  return {
    id: row.id as ScheduleId,
    reference: row.reference,
    placementId: row.placement_id,
    payeeId: row.payee_id as PayeeId,
    destinationId: row.destination_id as DestinationId,
    assetId: row.asset_id as AssetId,
    amountMinor: row.amount_minor,
    funding: row.funding,
    dueAtMs: Number(row.due_at_ms),
    onGuarantee: row.on_guarantee === 1n,
    status: row.status,
    version: row.version,
    retryCount: row.retry_count,
    failureReason: row.failure_reason,
    lastRetryAtMs: time(row.last_retry_at_ms),
    payoutId: row.payout_id as PayoutId | null,
    processedAtMs: time(row.processed_at_ms),
    writtenBy: row.written_by as StaffId,
    idempotencyKey: row.idempotency_key,
    payloadHash: row.payload_hash,
  };
}

export async function getSchedule(reader: Reader, id: string): Promise<ScheduleRecord> {
  const row = await reader.db
    .selectFrom('payout_schedules')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at_ms', 'is', null)
    .executeTakeFirst();
  if (!row) throw unknownSchedule(id);
  return scheduleFromRow(row);
}

/** The schedule, kept from changing under this transaction until it ends. */
export async function lockSchedule(tx: Tx, id: string): Promise<ScheduleRecord> {
  // SQLite has one writer at a time; there is nothing to lock.
  if (tx.dialect === 'postgres') await tx.run(sql`select id from payout_schedules where id = ${id} for update`);
  return getSchedule(tx, id);
}

export async function findScheduleByKey(reader: Reader, key: string): Promise<ScheduleRecord | null> {
  const row = await reader.db
    .selectFrom('payout_schedules')
    .selectAll()
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return row ? scheduleFromRow(row) : null;
}

export type ScheduleChange = Partial<
  Omit<
    ScheduleRow,
    | 'id'
    | 'payee_id'
    | 'written_by'
    | 'idempotency_key'
    | 'payload_hash'
    | 'created_at_ms'
    | 'status'
    | 'version'
    | 'updated_at_ms'
  >
>;

/**
 * Applies one event, guarded by the state and version the schedule was read with: no row means
 * that somebody was first.
 */
export async function changeSchedule(
  work: Work,
  schedule: ScheduleRecord,
  event: ScheduleEvent,
  change: ScheduleChange = {},
): Promise<ScheduleRecord> {
  const status = nextScheduleStatus(schedule.status, event);
  if (status === null) throw staleSchedule(schedule.id, schedule.status);
  const row = await work.tx.write
    .updateTable('payout_schedules')
    .set({ ...change, status, version: schedule.version + 1n, updated_at_ms: BigInt(work.nowMs) })
    .where('id', '=', schedule.id)
    .where('status', '=', schedule.status)
    .where('version', '=', schedule.version)
    .where('deleted_at_ms', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw staleSchedule(schedule.id, (await getSchedule(work.tx, schedule.id)).status);
  return scheduleFromRow(row);
}
