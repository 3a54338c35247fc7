/**
 * Escrow holds: what a payee is owed for a placement stays set aside until the placement is settled.
 *
 * - `active`     the amount stands in the reserve. Waits for its time, or for a person.
 * - `released`   it went back to the payee, to whom it is owed.
 * - `cancelled`  it was never owed after all, and went back to the obligations it came from.
 *
 * The last two are final. The amount never changes: a hold over another amount is another hold.
 */
import { createHash } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { canonical } from '../canonical/canonical.ts';
import type { EscrowStatus } from '../contract/escrow-holds.ts';
import type { HoldId, PayeeId } from '../ids/ids.ts';
import { closeHold, type HoldEnd, openHold } from '../ledger/holds.ts';
import type { AssetId } from '../money/assets.ts';
import { payeeClosed } from '../payees/errors.ts';
import { getPayee } from '../payees/payees.ts';
import { settleWhen } from '../placements/placements.ts';
import type { Work } from '../store/command.ts';
import { Overtaken } from '../store/overtaken.ts';
import type { Reader, Tx } from '../store/tx.ts';
import {
  emptyEscrow,
  escrowActive,
  escrowMismatch,
  escrowPast,
  escrowUnchanged,
  staleEscrow,
  unknownEscrow,
} from './errors.ts';
import type { EscrowHoldTables } from './tables.ts';

export interface EscrowRecord {
  readonly id: HoldId;
  readonly reference: string;
  readonly placementId: string;
  readonly payeeId: PayeeId;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly releaseAtMs: number | null;
  readonly onGuarantee: boolean;
  readonly status: EscrowStatus;
  readonly version: bigint;
}

export type EscrowRow = Selectable<EscrowHoldTables['escrow_holds']>;

function escrowFromRow(row: EscrowRow): EscrowRecord {
  return {
    id: row.id as HoldId,
    reference: row.reference,
    placementId: row.placement_id,
    payeeId: row.payee_id as PayeeId,
    assetId: row.asset_id as AssetId,
    amountMinor: row.amount_minor,
    releaseAtMs: row.release_at_ms === null ? null : Number(row.release_at_ms),
    onGuarantee: row.on_guarantee === 1n,
    status: row.status,
    version: row.version,
  };
}

export async function getEscrow(reader: Reader, id: string): Promise<EscrowRecord> {
  const row = await reader.db
    .selectFrom('escrow_holds')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at_ms', 'is', null)
    .executeTakeFirst();
  if (!row) throw unknownEscrow(id);
  return escrowFromRow(row);
}

/** The hold, kept from changing under this transaction until it ends. */
async function lockEscrow(tx: Tx, id: string): Promise<EscrowRecord> {
  // SQLite has one writer at a time; there is nothing to lock.
  if (tx.dialect === 'postgres') await tx.run(sql`select id from escrow_holds where id = ${id} for update`);
  return getEscrow(tx, id);
}

export interface NewEscrow {
  readonly reference: string;
  readonly placementId: string;
  readonly payeeId: string;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly releaseAtMs?: number | undefined;
  readonly onGuarantee?: boolean | undefined;
  readonly guaranteeCompletionDate?: string | undefined;
  readonly idempotencyKey: string;
}

/** Sets the amount aside. The same key with the same content gives the same hold. */
export async function createEscrow(work: Work, input: NewEscrow): Promise<EscrowRecord> {
  if (input.amountMinor <= 0n) throw emptyEscrow(input.amountMinor);
  const payloadHash = hashOf(input);
  const earlier = await work.tx.db
    .selectFrom('escrow_holds')
    .selectAll()
    .where('idempotency_key', '=', input.idempotencyKey)
    .executeTakeFirst();
  if (earlier) {
    if (earlier.payload_hash !== payloadHash) throw escrowMismatch(input.idempotencyKey);
    work.audit({ action: 'escrow-hold.create', subject: `escrow:${earlier.id}`, details: { replayed: true } });
    return escrowFromRow(earlier);
  }
  const payee = await getPayee(work.tx, input.payeeId);
  if (payee.status === 'closed') throw payeeClosed(payee.id);
  const { atMs, onGuarantee } = await settleWhen(work, { ...input, atMs: input.releaseAtMs }, escrowPast);
  const { assetId, amountMinor } = input;
  const id = work.ids.next('hold');
  const at = BigInt(work.nowMs);
  await openHold(work, { holdId: id, payeeId: payee.id, assetId, amountMinor });
  const row = await work.tx.write
    .insertInto('escrow_holds')
    .values({
      id,
      reference: input.reference,
      placement_id: input.placementId,
      payee_id: payee.id,
      asset_id: assetId,
      amount_minor: amountMinor,
      release_at_ms: atMs === null ? null : BigInt(atMs),
      on_guarantee: onGuarantee ? 1n : 0n,
      status: 'active',
      version: 1n,
      closed_at_ms: null,
      closed_by: null,
      close_reason: null,
      created_by: work.actor.id,
      idempotency_key: input.idempotencyKey,
      payload_hash: payloadHash,
      created_at_ms: at,
      updated_at_ms: at,
      deleted_at_ms: null,
    })
    .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new Overtaken('somebody else used this key at this moment');
  const escrow = escrowFromRow(row);
  work.audit({ action: 'escrow-hold.create', subject: `escrow:${id}`, details: shownOf(escrow) });
  work.emit({ name: 'escrow.held', subject: `escrow:${id}` });
  return escrow;
}

export interface EscrowEdit {
  readonly id: string;
  /** The version that was looked at. */
  readonly version: number;
  readonly reference?: string | undefined;
  /** Null: only a person releases it. */
  readonly releaseAtMs?: number | null | undefined;
  readonly onGuarantee?: boolean | undefined;
}

export async function editEscrow(work: Work, edit: EscrowEdit): Promise<EscrowRecord> {
  const escrow = await lockEscrow(work.tx, edit.id);
  if (escrow.status !== 'active' || escrow.version !== BigInt(edit.version))
    throw staleEscrow(escrow.id, escrow.status);
  const reference = edit.reference ?? escrow.reference;
  const { atMs, onGuarantee } = await newTime(work, escrow, edit);
  if (reference === escrow.reference && atMs === escrow.releaseAtMs && onGuarantee === escrow.onGuarantee)
    throw escrowUnchanged(escrow.id);
  const edited = await changeActive(work, escrow, {
    reference,
    release_at_ms: atMs === null ? null : BigInt(atMs),
    on_guarantee: onGuarantee ? 1n : 0n,
  });
  work.audit({
    action: 'escrow-hold.edit',
    subject: `escrow:${escrow.id}`,
    details: { before: shownOf(escrow), after: shownOf(edited) },
  });
  work.emit({ name: 'escrow.edited', subject: `escrow:${escrow.id}` });
  return edited;
}

async function newTime(work: Work, escrow: EscrowRecord, { releaseAtMs, onGuarantee }: EscrowEdit) {
  if (releaseAtMs === undefined && onGuarantee !== true)
    return { atMs: escrow.releaseAtMs, onGuarantee: escrow.onGuarantee };
  return settleWhen(work, { placementId: escrow.placementId, atMs: releaseAtMs ?? undefined, onGuarantee }, escrowPast);
}

const ENDED = { release: 'released', cancel: 'cancelled' } as const;

/** Ends it, once and for good: back to the payee, or never owed. */
export async function endEscrow(
  work: Work,
  input: { readonly id: string; readonly end: HoldEnd; readonly reason: string },
): Promise<EscrowRecord> {
  const { end, reason } = input;
  const escrow = await lockEscrow(work.tx, input.id);
  if (escrow.status !== 'active') throw staleEscrow(escrow.id, escrow.status);
  await closeHold(work, escrow.id, end);
  const ended = await changeActive(work, escrow, {
    status: ENDED[end],
    closed_at_ms: BigInt(work.nowMs),
    closed_by: work.actor.id,
    close_reason: reason,
  });
  work.audit({
    action: `escrow-hold.${end}`,
    subject: `escrow:${escrow.id}`,
    details: {
      placement: escrow.placementId,
      asset: escrow.assetId,
      amountMinor: escrow.amountMinor.toString(),
      reason,
    },
  });
  work.emit({ name: `escrow.${ENDED[end]}`, subject: `escrow:${escrow.id}` });
  return ended;
}

/** Takes it off the list, once it holds nothing any more. */
export async function deleteEscrow(work: Work, input: { readonly id: string; readonly reason: string }): Promise<void> {
  const escrow = await lockEscrow(work.tx, input.id);
  if (escrow.status === 'active') throw escrowActive(escrow.id);
  await work.tx.write
    .updateTable('escrow_holds')
    .set({ deleted_at_ms: BigInt(work.nowMs), updated_at_ms: BigInt(work.nowMs), version: escrow.version + 1n })
    .where('id', '=', escrow.id)
    .execute();
  work.audit({
    action: 'escrow-hold.delete',
    subject: `escrow:${escrow.id}`,
    details: { reason: input.reason, status: escrow.status, was: shownOf(escrow) },
  });
  work.emit({ name: 'escrow.deleted', subject: `escrow:${escrow.id}` });
}

type ActiveChange = Partial<
  Pick<
    EscrowRow,
    'reference' | 'release_at_ms' | 'on_guarantee' | 'status' | 'closed_at_ms' | 'closed_by' | 'close_reason'
  >
>;

/** Guarded by the version it was read with: no row means that somebody was first. */
async function changeActive(work: Work, escrow: EscrowRecord, change: ActiveChange): Promise<EscrowRecord> {
  const row = await work.tx.write
    .updateTable('escrow_holds')
    .set({ ...change, version: escrow.version + 1n, updated_at_ms: BigInt(work.nowMs) })
    .where('id', '=', escrow.id)
    .where('status', '=', 'active')
    .where('version', '=', escrow.version)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw staleEscrow(escrow.id, (await getEscrow(work.tx, escrow.id)).status);
  return escrowFromRow(row);
}

function shownOf(escrow: EscrowRecord) {
  return {
    reference: escrow.reference,
    placement: escrow.placementId,
    payee: escrow.payeeId,
    asset: escrow.assetId,
    amountMinor: escrow.amountMinor.toString(),
    releaseAtMs: escrow.releaseAtMs,
    onGuarantee: escrow.onGuarantee,
  };
}

function hashOf(input: NewEscrow): string {
  const content = canonical({
    reference: input.reference,
    placement: input.placementId,
    payee: input.payeeId,
    asset: input.assetId,
    amountMinor: input.amountMinor.toString(),
    releaseAtMs: input.releaseAtMs ?? null,
    onGuarantee: input.onGuarantee ?? null,
    guaranteeCompletionDate: input.guaranteeCompletionDate ?? null,
  });
  return createHash('sha256').update(content).digest('hex');
}
