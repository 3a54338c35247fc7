/** The records of batches and of the payments in them. */
import { type Selectable, sql } from 'kysely';
import type { BatchState } from '../../contract/batches.ts';
import type { RailName } from '../../contract/payees.ts';
import type { AttemptId, BatchId, PayoutId } from '../../ids/ids.ts';
import type { Work } from '../../store/command.ts';
import type { Reader, Tx } from '../../store/tx.ts';
import { type AttemptRecord, attemptFromRow } from '../attempts.ts';
import { type PayoutRecord, payoutFromRow } from '../repository.ts';
import { batchState, unknownBatch } from './errors.ts';
import type { BatchTables } from './tables.ts';

type Row = Selectable<BatchTables['provider_batches']>;

export interface BatchRecord {
  readonly id: BatchId;
  readonly rail: RailName;
  readonly reference: string | null;
  readonly state: BatchState;
  readonly version: bigint;
  readonly payments: number;
  readonly tries: number;
  readonly triesMax: number;
  readonly askedAtMs: number;
  readonly expiresAtMs: number | null;
  readonly codeGivenAtMs: number | null;
  readonly codeGivenBy: string | null;
  readonly withheld: string | null;
  readonly said: string | null;
  readonly retryAtMs: number | null;
  readonly releasedBy: string | null;
  readonly endedAtMs: number | null;
  readonly passedOverAtMs: number | null;
}

const time = (value: bigint | null) => (value === null ? null : Number(value));

function fromRow(row: Row): BatchRecord {
  return {
    id: row.id as BatchId,
    rail: row.rail,
    reference: row.reference,
    state: row.state,
    version: row.version,
    payments: Number(row.payments),
    tries: Number(row.tries),
    triesMax: Number(row.tries_max),
    askedAtMs: Number(row.asked_at_ms),
    expiresAtMs: time(row.expires_at_ms),
    codeGivenAtMs: time(row.code_given_at_ms),
    codeGivenBy: row.code_given_by,
    withheld: row.withheld,
    said: row.said,
    retryAtMs: time(row.retry_at_ms),
    releasedBy: row.released_by,
    endedAtMs: time(row.ended_at_ms),
    passedOverAtMs: time(row.passed_over_at_ms),
  };
}

export const OPEN: readonly BatchState[] = ['asking', 'needs_code'];

export const subjectOf = ({ id }: Pick<BatchRecord, 'id'>) => `batch:${id}`;

export async function getBatch(reader: Reader, id: string): Promise<BatchRecord> {
  const row = await reader.db.selectFrom('provider_batches').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw unknownBatch(id);
  return fromRow(row);
}

/** The one that waits for an answer or a code; there is one on a rail at most. */
export async function openBatchOn(reader: Reader, rail: RailName): Promise<BatchRecord | null> {
  const row = await reader.db
    .selectFrom('provider_batches')
    .selectAll()
    .where('rail', '=', rail)
    .where('state', 'in', OPEN)
    .executeTakeFirst();
  return row ? fromRow(row) : null;
}

export async function latestBatchOn(reader: Reader, rail: RailName): Promise<BatchRecord | null> {
  // Made within the very millisecond in which another ended, it is the later one.
  const open = await openBatchOn(reader, rail);
  if (open) return open;
  const row = await reader.db
    .selectFrom('provider_batches')
    .selectAll()
    .where('rail', '=', rail)
    .orderBy('asked_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? fromRow(row) : null;
}

/** Released ones of which a payment is still open, oldest first. */
export async function batchesUnderWay(reader: Reader, rail: RailName, limit: number): Promise<readonly BatchRecord[]> {
  const rows = await reader.rows<Row>(sql`
    select b.* from provider_batches b
    where b.rail = ${rail} and b.state = 'released' and exists (
      select 1 from provider_batch_payments p
        join payout_attempts a on a.id = p.attempt_id join payouts o on o.id = p.payout_id
      where p.batch_id = b.id and a.status = 'open' and o.status = 'processing')
    order by b.asked_at_ms, b.id limit ${BigInt(limit)}`);
  return rows.map(fromRow);
}

export interface BatchPage {
  readonly open: boolean;
  readonly limit: number;
  readonly before: { readonly askedAtMs: number; readonly id: string } | null;
}

export async function listBatches(reader: Reader, { open, limit, before }: BatchPage): Promise<readonly BatchRecord[]> {
  let query = reader.db.selectFrom('provider_batches').selectAll();
  if (open) query = query.where('state', 'in', OPEN);
  if (before !== null) {
    const at = BigInt(before.askedAtMs);
    query = query.where((is) =>
      is.or([is('asked_at_ms', '<', at), is.and([is('asked_at_ms', '=', at), is('id', '<', before.id)])]),
    );
  }
  const rows = await query.orderBy('asked_at_ms', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(fromRow);
}

/** Of a batch that was refused for good: whether something in it was known to be at fault, and failed. */
export async function wasFaultFound(reader: Reader, { id }: Pick<BatchRecord, 'id'>): Promise<boolean> {
  const row = await reader.db
    .selectFrom('provider_batch_payments as p')
    .innerJoin('payout_attempts as a', 'a.id', 'p.attempt_id')
    .select('a.id')
    .where('p.batch_id', '=', id)
    .where('a.status', '=', 'failed')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** In which state the batch is that the attempt went out with; null where it went out alone. */
export async function batchStateOf(reader: Reader, attemptId: AttemptId): Promise<BatchState | null> {
  const row = await reader.db
    .selectFrom('provider_batch_payments as p')
    .innerJoin('provider_batches as b', 'b.id', 'p.batch_id')
    .select('b.state')
    .where('p.attempt_id', '=', attemptId)
    .executeTakeFirst();
  return row?.state ?? null;
}

/** One payment of a batch: the attempt, and the payout as it is now. */
export interface PaymentInBatch {
  readonly payout: PayoutRecord;
  readonly attempt: AttemptRecord;
}

/** All of one moment. */
export async function paymentsIn(reader: Reader, { id }: Pick<BatchRecord, 'id'>): Promise<readonly PaymentInBatch[]> {
  const rows = await reader.db
    .selectFrom('provider_batch_payments as p')
    .innerJoin('payouts as o', 'o.id', 'p.payout_id')
    .innerJoin('payout_attempts as a', 'a.id', 'p.attempt_id')
    .selectAll('o')
    .select([
      'a.id as a_id',
      'a.payout_id as a_payout_id',
      'a.number as a_number',
      'a.rail as a_rail',
      'a.key as a_key',
      'a.asset_id as a_asset_id',
      'a.amount_minor as a_amount_minor',
      'a.address as a_address',
      'a.status as a_status',
      'a.provider_reference as a_provider_reference',
    ])
    .where('p.batch_id', '=', id)
    .orderBy('p.position')
    .execute();
  return rows.map((row) => {
    if (row.a_payout_id !== row.id) throw new Error('A payment of a batch is an attempt of its payout');
    const attempt = attemptFromRow({
      id: row.a_id,
      payout_id: row.a_payout_id,
      number: row.a_number,
      rail: row.a_rail,
      key: row.a_key,
      asset_id: row.a_asset_id,
      amount_minor: row.a_amount_minor,
      address: row.a_address,
      status: row.a_status,
      provider_reference: row.a_provider_reference,
    });
    return { payout: payoutFromRow(row), attempt };
  });
}

export interface NewBatch {
  readonly rail: RailName;
  readonly triesMax: number;
  readonly payments: readonly { readonly payoutId: PayoutId; readonly attemptId: AttemptId }[];
}

export async function insertBatch(work: Work, { rail, triesMax, payments }: NewBatch): Promise<BatchRecord> {
  const row = await work.tx.write
    .insertInto('provider_batches')
    .values({
      id: work.ids.next('batch'),
      rail,
      reference: null,
      state: 'asking',
      version: 1n,
      payments: BigInt(payments.length),
      tries: 0n,
      tries_max: BigInt(triesMax),
      asked_at_ms: BigInt(work.nowMs),
      expires_at_ms: null,
      code_given_at_ms: null,
      code_given_by: null,
      withheld: null,
      said: null,
      retry_at_ms: null,
      released_by: null,
      ended_at_ms: null,
      passed_over_at_ms: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) {
    const other = await openBatchOn(work.tx, rail);
    if (!other) throw new Error('A batch was in the way that is not there');
    throw batchState(other.id, other.state);
  }
  const batch = fromRow(row);
  await work.tx.write
    .insertInto('provider_batch_payments')
    .values(
      payments.map(({ payoutId, attemptId }, position) => ({
        batch_id: batch.id,
        position: BigInt(position),
        payout_id: payoutId,
        attempt_id: attemptId,
      })),
    )
    .execute();
  return batch;
}

export type BatchChange = Partial<Omit<Row, 'id' | 'rail' | 'payments' | 'tries_max' | 'asked_at_ms' | 'version'>>;

/** Guarded by the state and version it was read with. No row means somebody was first. */
export async function changeBatch(tx: Tx, batch: BatchRecord, change: BatchChange): Promise<BatchRecord> {
  const row = await tx.write
    .updateTable('provider_batches')
    .set({ ...change, version: batch.version + 1n })
    .where('id', '=', batch.id)
    .where('state', '=', batch.state)
    .where('version', '=', batch.version)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw batchState(batch.id, (await getBatch(tx, batch.id)).state);
  return fromRow(row);
}

/** From here on the provider's own name tells this payment from any other under the same key. */
export async function nameAttempt(tx: Tx, { id }: AttemptRecord, reference: string): Promise<void> {
  await tx.write
    .updateTable('payout_attempts')
    .set({ provider_reference: reference })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .execute();
}
