/** Payout records in the database, as the rest of the capability sees them. */
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { z } from 'zod';
import { type CanonicalValue, canonical } from '../canonical/canonical.ts';
import { type CallTerms, callTerms } from '../contract/contract-calls.ts';
import { memo, type RailName, railName } from '../contract/payees.ts';
import type { PayoutStatus } from '../contract/payouts.ts';
import type { PaymentMethod, PayoutSource } from '../contract/policy-terms.ts';
import type { AttemptId, DestinationId, PayeeId, PayoutId, StaffId } from '../ids/ids.ts';
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

export interface AttemptRecord {
  readonly id: AttemptId;
  readonly payoutId: PayoutId;
  readonly number: bigint;
  readonly rail: RailName;
  readonly key: string;
  /** What it was made with, whatever its payout is edited to later. */
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly address: string | null;
  readonly status: PayoutTables['payout_attempts']['status'];
  readonly providerReference: string | null;
}

function attemptFromRow(row: Selectable<PayoutTables['payout_attempts']>): AttemptRecord {
  return {
    id: row.id as AttemptId,
    payoutId: row.payout_id as PayoutId,
    number: row.number,
    rail: row.rail,
    key: row.key,
    assetId: row.asset_id,
    amountMinor: row.amount_minor,
    address: row.address,
    status: row.status,
    providerReference: row.provider_reference,
  };
}

type Money = Pick<AttemptRecord, 'rail' | 'assetId' | 'amountMinor'>;

/** Whether the payout still is what the attempt was made with: what is known of the attempt is true of nothing else. */
export function isUneditedSince(payout: Money, attempt: Money): boolean {
  return (
    payout.rail === attempt.rail && payout.assetId === attempt.assetId && payout.amountMinor === attempt.amountMinor
  );
}

/**
 * Attempts whose outcome is not known: what must be looked up after a crash. Those of quarantined
 * payouts are not among them: people decide about these, and asking again would change nothing.
 */
export async function openAttempts(reader: Reader, rail: RailName, limit: number): Promise<readonly AttemptRecord[]> {
  const rows = await reader.db
    .selectFrom('payout_attempts')
    .innerJoin('payouts', 'payouts.id', 'payout_attempts.payout_id')
    .selectAll('payout_attempts')
    .where('payout_attempts.rail', '=', rail)
    .where('payout_attempts.status', '=', 'open')
    .where('payouts.status', '=', 'processing')
    .orderBy('payout_attempts.created_at_ms')
    .orderBy('payout_attempts.payout_id')
    .limit(limit)
    .execute();
  return rows.map(attemptFromRow);
}

export async function attemptsOf(reader: Reader, payoutId: PayoutId): Promise<readonly AttemptRecord[]> {
  const rows = await reader.db
    .selectFrom('payout_attempts')
    .selectAll()
    .where('payout_id', '=', payoutId)
    .orderBy('number')
    .execute();
  return rows.map(attemptFromRow);
}

export async function openAttemptsOf(reader: Reader, payoutId: PayoutId): Promise<readonly AttemptRecord[]> {
  return (await attemptsOf(reader, payoutId)).filter(({ status }) => status === 'open');
}

export async function latestAttempt(reader: Reader, payoutId: PayoutId): Promise<AttemptRecord | null> {
  const row = await reader.db
    .selectFrom('payout_attempts')
    .selectAll()
    .where('payout_id', '=', payoutId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? attemptFromRow(row) : null;
}

/** The attempt a provider's record belongs to: by the provider's reference, or by our key when its answer never came. */
export async function findAttempt(
  reader: Reader,
  rail: RailName,
  by: { readonly reference: string; readonly key: string | null },
): Promise<AttemptRecord | null> {
  const rows = await reader.db
    .selectFrom('payout_attempts')
    .selectAll()
    .where('rail', '=', rail)
    .where((either) => either.or([either('provider_reference', '=', by.reference), either('key', '=', by.key ?? '')]))
    .execute();
  const row = rows.find((candidate) => candidate.provider_reference === by.reference) ?? rows[0];
  return row ? attemptFromRow(row) : null;
}

export async function insertAttempt(
  tx: Tx,
  nowMs: number,
  attempt: Omit<AttemptRecord, 'status' | 'providerReference'>,
): Promise<void> {
  await tx.write
    .insertInto('payout_attempts')
    .values({
      id: attempt.id,
      payout_id: attempt.payoutId,
      number: attempt.number,
      rail: attempt.rail,
      key: attempt.key,
      asset_id: attempt.assetId,
      amount_minor: attempt.amountMinor,
      address: attempt.address,
      status: 'open',
      provider_reference: null,
      provider_message: null,
      created_at_ms: BigInt(nowMs),
      ended_at_ms: null,
    })
    .execute();
}

/** The key of an attempt names its payout and its number. */
export function attemptKey(payoutId: PayoutId, number: bigint): string {
  return `${payoutId}-${number}`;
}

export function attemptFromKey(key: string): { readonly payoutId: PayoutId; readonly number: bigint } | null {
  const [, payoutId, number] = /^(pay_[0-9a-z]{25})-([1-9]\d{0,5})$/.exec(key) ?? [];
  return payoutId && number ? { payoutId: payoutId as PayoutId, number: BigInt(number) } : null;
}

/** What an attempt's message says, or begins with, where its time says nothing about the rail. */
export const FOUND_IN_HISTORY = 'found in the provider’s history';
export const RESOLVED_BY_TWO = 'resolved by two people: ';

/** An attempt this vault does not remember making, written down from the provider's evidence. */
export async function insertFoundAttempt(tx: Tx, nowMs: number, attempt: AttemptRecord): Promise<AttemptRecord> {
  await tx.write
    .insertInto('payout_attempts')
    .values({
      id: attempt.id,
      payout_id: attempt.payoutId,
      number: attempt.number,
      rail: attempt.rail,
      key: attempt.key,
      asset_id: attempt.assetId,
      amount_minor: attempt.amountMinor,
      address: attempt.address,
      status: attempt.status,
      provider_reference: attempt.providerReference,
      provider_message: FOUND_IN_HISTORY,
      created_at_ms: BigInt(nowMs),
      ended_at_ms: attempt.status === 'open' ? null : BigInt(nowMs),
    })
    .execute();
  return attempt;
}

export async function endAttempt(
  tx: Tx,
  attempt: AttemptRecord,
  nowMs: number,
  outcome: { status: 'completed' | 'failed' | 'unsent'; reference: string | null; message: string | null },
): Promise<void> {
  const { changed } = await tx.run(sql`
    update payout_attempts set status = ${outcome.status}, provider_reference = ${outcome.reference},
      provider_message = ${outcome.message}, ended_at_ms = ${BigInt(nowMs)}
    where id = ${attempt.id} and status = 'open'`);
  // Somebody else learned of its outcome first.
  if (changed === 0n) throw stalePayout(attempt.payoutId, (await getPayout(tx, attempt.payoutId)).status);
  if (outcome.status === 'unsent') await weighReleasedAgain(tx, attempt);
}

/** That the payment was being made was no news while its attempt was open; of one never sent it is. */
async function weighReleasedAgain(tx: Tx, { payoutId, key }: AttemptRecord): Promise<void> {
  await tx.run(sql`
    update provider_events set outcome = null, handled_at_ms = null
    where payout_id = ${payoutId} and key = ${key} and outcome = 'noted' and record like '%"released":true%'`);
}

/** What was thought of an attempt turned out otherwise, by the provider's own record or by people. */
export async function correctAttempt(
  tx: Tx,
  attempt: AttemptRecord,
  to: { status: 'completed' | 'failed'; reference: string | null; message: string },
): Promise<void> {
  await tx.run(sql`
    update payout_attempts set status = ${to.status}, provider_reference = ${to.reference}, provider_message = ${to.message}
    where id = ${attempt.id} and status <> 'open'`);
}
