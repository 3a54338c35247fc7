/** Payout records in the database, as the rest of the capability sees them. */
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { z } from 'zod';
import { type CanonicalValue, canonical } from '../canonical/canonical.ts';
import { type CallTerms, callTerms } from '../contract/contract-calls.ts';
import { memo, type RailName, railName } from '../contract/payees.ts';
import type { PayoutStatus } from '../contract/payouts.ts';
import type { PaymentMethod, PayoutSource } from '../contract/policy-terms.ts';
import type { DestinationId, PayeeId, PayoutId, StaffId } from '../ids/ids.ts';
import type { AssetId } from '../money/assets.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { stalePayout, unknownPayout } from './errors.ts';
import type { PayoutTables } from './tables.ts';

/** The destination as it was when the payout was requested: what is approved, and what is paid. */
export const destinationSnapshot = z.strictObject({
  id: z.string(),
  rail: railName,
  address: z.string(),
  memo: memo.nullable().default(null),
  extraId: z.string().nullable().default(null),
  currency: z.string().nullable().default(null),
  /** The name the address was found by, where it was. */
  federation: z.string().exactOptional(),
});
export type DestinationSnapshot = z.infer<typeof destinationSnapshot>;

type Snapped = Omit<DestinationSnapshot, 'federation'> & { readonly federation: string | null };

export function destinationSnapshotOf(destination: Snapped): DestinationSnapshot {
  const { id, rail, address, memo, extraId, currency, federation } = destination;
  return { id, rail, address, memo, extraId, currency, ...(federation === null ? {} : { federation }) };
}

export interface PayoutRecord {
  readonly id: PayoutId;
  readonly reference: string;
  readonly payeeId: PayeeId;
  readonly destinationId: DestinationId;
  readonly destination: DestinationSnapshot;
  readonly rail: RailName;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly funding: 'direct' | 'balance';
  readonly status: PayoutStatus;
  readonly statusBefore: PayoutStatus | null;
  readonly cycle: bigint;
  readonly revision: bigint;
  readonly version: bigint;
  readonly attempts: bigint;
  readonly requestedBy: StaffId;
  readonly idempotencyKey: string;
  readonly payloadHash: string;
  readonly failedReason: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly processedAtMs: number | null;
  readonly settledAtMs: number | null;
  readonly dueAtMs: number | null;
  readonly statementId: string | null;
  readonly source: PayoutSource;
  readonly method: PaymentMethod;
  readonly reclaimAfterS: number | null;
  readonly call: CallTerms | null;
}

/** As it is kept: of a payout, and of the transaction that it went out in. */
export function callOf(text: string | null): CallTerms | null {
  return text === null ? null : callTerms.parse(JSON.parse(text));
}

export function callText(call: CallTerms | null): string | null {
  return call && canonical(call as unknown as CanonicalValue);
}

export type PayoutRow = Selectable<PayoutTables['payouts']>;

const time = (value: bigint | null) => (value === null ? null : Number(value));

export function payoutFromRow(row: PayoutRow): PayoutRecord {
  return {
    id: row.id as PayoutId,
    reference: row.reference,
    payeeId: row.payee_id as PayeeId,
    destinationId: row.destination_id as DestinationId,
    destination: destinationSnapshot.parse(JSON.parse(row.destination)),
    rail: row.rail,
    assetId: row.asset_id as AssetId,
    amountMinor: row.amount_minor,
    funding: row.funding,
    status: row.status,
    statusBefore: row.status_before,
    cycle: row.cycle,
    revision: row.revision,
    version: row.version,
    attempts: row.attempts,
    requestedBy: row.requested_by as StaffId,
    idempotencyKey: row.idempotency_key,
    payloadHash: row.payload_hash,
    failedReason: row.failed_reason,
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
    processedAtMs: time(row.processed_at_ms),
    settledAtMs: time(row.settled_at_ms),
    dueAtMs: time(row.due_at_ms),
    statementId: row.statement_id,
    source: row.source,
    method: row.method,
    reclaimAfterS: row.reclaim_after_s === null ? null : Number(row.reclaim_after_s),
    call: callOf(row.call_terms),
  };
}

export async function getPayout(reader: Reader, id: string): Promise<PayoutRecord> {
  const payout = await findPayout(reader, id);
  if (!payout) throw unknownPayout(id);
  return payout;
}

/** The payout, kept from changing under this transaction until it ends. */
export async function lockPayout(tx: Tx, id: string): Promise<PayoutRecord> {
  // SQLite has one writer at a time; there is nothing to lock.
  if (tx.dialect === 'postgres') await tx.run(sql`select id from payouts where id = ${id} for update`);
  return getPayout(tx, id);
}

/** Those of the keys that were used before, with the payout each stands for. */
export async function findPayout(reader: Reader, id: string): Promise<PayoutRecord | null> {
  const row = await reader.db.selectFrom('payouts').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? payoutFromRow(row) : null;
}

export async function findByIdempotencyKeys(
  reader: Reader,
  keys: readonly string[],
): Promise<ReadonlyMap<string, PayoutRecord>> {
  const wanted = jsonRows(
    reader.dialect,
    { key: 'text' },
    [...new Set(keys)].map((key) => ({ key })),
  );
  const rows = await reader.rows<PayoutRow>(
    sql`select p.* from ${wanted} as w join payouts p on p.idempotency_key = w.key`,
  );
  return new Map(rows.map((row) => [row.idempotency_key, payoutFromRow(row)]));
}

/** What may change after the request; the payee and the funding never do. */
export type PayoutChange = Partial<
  Omit<
    PayoutRow,
    | 'id'
    | 'payee_id'
    | 'funding'
    | 'requested_by'
    | 'source'
    | 'idempotency_key'
    | 'payload_hash'
    | 'created_at_ms'
    | 'version'
    | 'updated_at_ms'
  >
>;

/**
 * The one way a payout changes: guarded by the status and version it was read with. No row means
 * somebody was first.
 */
export async function updateGuarded(
  tx: Tx,
  payout: PayoutRecord,
  nowMs: number,
  change: PayoutChange,
): Promise<PayoutRecord> {
  const row = await tx.write
    .updateTable('payouts')
    .set({ ...change, version: payout.version + 1n, updated_at_ms: BigInt(nowMs) })
    .where('id', '=', payout.id)
    .where('status', '=', payout.status)
    .where('version', '=', payout.version)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw stalePayout(payout.id, (await getPayout(tx, payout.id)).status);
  return payoutFromRow(row);
}
