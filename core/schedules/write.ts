/** Writing a payout schedule, changing it while there is no payout yet, and ending it. */
import { createHash } from 'node:crypto';
import { noRuleMatches } from '../approvals/errors.ts';
import { covers } from '../approvals/policy/cover.ts';
import { policyInForce } from '../approvals/policy/versions.ts';
import { canonical } from '../canonical/canonical.ts';
import { invariant } from '../errors/refusal.ts';
import { unknownAsset } from '../ledger/errors.ts';
import type { AssetId } from '../money/assets.ts';
import { destinationRetired, payeeClosed, unknownDestination } from '../payees/errors.ts';
import { getDestination, getPayee } from '../payees/payees.ts';
import { amountBelowMinimum } from '../payouts/errors.ts';
import { settleWhen } from '../placements/placements.ts';
import type { Work } from '../store/command.ts';
import { Overtaken } from '../store/overtaken.ts';
import type { Reader } from '../store/tx.ts';
import { notYours, scheduleMismatch, schedulePast, scheduleUnchanged, staleSchedule } from './errors.ts';
import {
  changeSchedule,
  findScheduleByKey,
  lockSchedule,
  type ScheduleChange,
  type ScheduleRecord,
  scheduleFromRow,
} from './repository.ts';

export interface NewSchedule {
  readonly reference: string;
  readonly payeeId: string;
  readonly destinationId: string;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly funding?: 'direct' | 'balance' | undefined;
  readonly dueAtMs?: number | undefined;
  readonly placementId?: string | undefined;
  readonly onGuarantee?: boolean | undefined;
  readonly guaranteeCompletionDate?: string | undefined;
  readonly idempotencyKey: string;
}

/** The same key with the same content gives the same schedule, whatever has become of it since. */
export async function createSchedule(work: Work, input: NewSchedule): Promise<ScheduleRecord> {
  const payloadHash = hashOf(input);
  const earlier = await findScheduleByKey(work.tx, input.idempotencyKey);
  if (earlier) {
    if (earlier.payloadHash !== payloadHash) throw scheduleMismatch(input.idempotencyKey);
    work.audit({ action: 'payout-schedule.create', subject: `schedule:${earlier.id}`, details: { replayed: true } });
    return earlier;
  }
  await refuseUnpayable(work.tx, input);
  // Without a time of its own it waits for the guarantee; there is nothing else it could wait for.
  const onGuaranteeAsked = input.dueAtMs === undefined || input.onGuarantee === true;
  const { atMs, onGuarantee } = await settleWhen(
    work,
    { ...input, atMs: input.dueAtMs, onGuarantee: onGuaranteeAsked },
    schedulePast,
  );
  invariant(atMs !== null, 'a schedule has a time');
  const at = BigInt(work.nowMs);
  const id = work.ids.next('schedule');
  const row = await work.tx.write
    .insertInto('payout_schedules')
    .values({
      id,
      reference: input.reference,
      placement_id: input.placementId ?? null,
      payee_id: input.payeeId,
      destination_id: input.destinationId,
      asset_id: input.assetId,
      amount_minor: input.amountMinor,
      funding: input.funding ?? 'direct',
      due_at_ms: BigInt(atMs),
      on_guarantee: onGuarantee ? 1n : 0n,
      status: 'pending',
      version: 1n,
      retry_count: 0n,
      failure_reason: null,
      last_retry_at_ms: null,
      payout_id: null,
      processed_at_ms: null,
      cancel_reason: null,
      written_by: work.actor.id,
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
  const schedule = scheduleFromRow(row);
  work.audit({ action: 'payout-schedule.create', subject: `schedule:${id}`, details: shownOf(schedule) });
  work.emit({ name: 'schedule.created', subject: `schedule:${id}` });
  return schedule;
}

export interface ScheduleEdit {
  readonly id: string;
  /** The version that was looked at. */
  readonly version: number;
  readonly reference?: string | undefined;
  readonly destinationId?: string | undefined;
  readonly assetId?: AssetId | undefined;
  readonly amountMinor?: bigint | undefined;
  readonly funding?: 'direct' | 'balance' | undefined;
  readonly dueAtMs?: number | undefined;
  readonly onGuarantee?: boolean | undefined;
}

/**
 * Only by who wrote it, so that a payout's requester is always one person, and that person never
 * its approver. A failed one waits again, with all its tries.
 */
export async function editSchedule(work: Work, edit: ScheduleEdit): Promise<ScheduleRecord> {
  const schedule = await lockSchedule(work.tx, edit.id);
  if (schedule.writtenBy !== work.actor.id) throw notYours(schedule.id);
  if (schedule.version !== BigInt(edit.version)) throw staleSchedule(schedule.id, schedule.status);
  const change: ScheduleChange = { ...changeOf(schedule, edit), ...(await newTime(work, schedule, edit)) };
  if (Object.keys(change).length === 0) throw scheduleUnchanged(schedule.id);
  await refuseUnpayable(work.tx, {
    payeeId: schedule.payeeId,
    destinationId: edit.destinationId ?? schedule.destinationId,
    assetId: edit.assetId ?? schedule.assetId,
    amountMinor: edit.amountMinor ?? schedule.amountMinor,
  });
  const edited = await changeSchedule(work, schedule, 'edit', {
    ...change,
    retry_count: 0n,
    failure_reason: null,
    last_retry_at_ms: null,
  });
  work.audit({
    action: 'payout-schedule.edit',
    subject: `schedule:${schedule.id}`,
    details: { before: shownOf(schedule), after: shownOf(edited) },
  });
  work.emit({ name: 'schedule.edited', subject: `schedule:${schedule.id}` });
  return edited;
}

function changeOf(schedule: ScheduleRecord, edit: ScheduleEdit): ScheduleChange {
  const { reference, destinationId, assetId, amountMinor, funding } = edit;
  return {
    ...(reference !== undefined && reference !== schedule.reference ? { reference } : {}),
    ...(destinationId !== undefined && destinationId !== schedule.destinationId
      ? { destination_id: destinationId }
      : {}),
    ...(assetId !== undefined && assetId !== schedule.assetId ? { asset_id: assetId } : {}),
    ...(amountMinor !== undefined && amountMinor !== schedule.amountMinor ? { amount_minor: amountMinor } : {}),
    ...(funding !== undefined && funding !== schedule.funding ? { funding } : {}),
  };
}

async function newTime(work: Work, schedule: ScheduleRecord, edit: ScheduleEdit): Promise<ScheduleChange> {
  if (edit.dueAtMs === undefined && edit.onGuarantee !== true) return {};
  const { atMs, onGuarantee } = await settleWhen(
    work,
    { placementId: schedule.placementId ?? undefined, atMs: edit.dueAtMs, onGuarantee: edit.onGuarantee },
    schedulePast,
  );
  if (atMs === null || (atMs === schedule.dueAtMs && onGuarantee === schedule.onGuarantee)) return {};
  return { due_at_ms: BigInt(atMs), on_guarantee: onGuarantee ? 1n : 0n };
}

export async function cancelSchedule(
  work: Work,
  input: { readonly id: string; readonly reason: string },
): Promise<ScheduleRecord> {
  const schedule = await lockSchedule(work.tx, input.id);
  const cancelled = await changeSchedule(work, schedule, 'cancel', { cancel_reason: input.reason });
  work.audit({
    action: 'payout-schedule.cancel',
    subject: `schedule:${schedule.id}`,
    details: { from: schedule.status, reason: input.reason },
  });
  work.emit({ name: 'schedule.cancelled', subject: `schedule:${schedule.id}` });
  return cancelled;
}

/** Takes it off the list. One whose payout exists, or is being made, stays. */
export async function deleteSchedule(
  work: Work,
  input: { readonly id: string; readonly reason: string },
): Promise<void> {
  const schedule = await lockSchedule(work.tx, input.id);
  if (schedule.status === 'processing' || schedule.status === 'processed')
    throw staleSchedule(schedule.id, schedule.status);
  await work.tx.write
    .updateTable('payout_schedules')
    .set({ deleted_at_ms: BigInt(work.nowMs), updated_at_ms: BigInt(work.nowMs), version: schedule.version + 1n })
    .where('id', '=', schedule.id)
    .where('version', '=', schedule.version)
    .execute();
  work.audit({
    action: 'payout-schedule.delete',
    subject: `schedule:${schedule.id}`,
    details: { reason: input.reason, status: schedule.status, was: shownOf(schedule) },
  });
  work.emit({ name: 'schedule.deleted', subject: `schedule:${schedule.id}` });
}

type Payable = Pick<NewSchedule, 'payeeId' | 'destinationId' | 'assetId' | 'amountMinor'>;

/** What would be refused when it falls due is refused now, while somebody is there to correct it. */
async function refuseUnpayable(
  reader: Reader,
  { payeeId, destinationId, assetId, amountMinor }: Payable,
): Promise<void> {
  const payee = await getPayee(reader, payeeId);
  if (payee.status === 'closed') throw payeeClosed(payee.id);
  const destination = await getDestination(reader, destinationId);
  if (destination.payeeId !== payee.id) throw unknownDestination(destinationId);
  if (destination.status === 'retired') throw destinationRetired(destination.id);
  const asset = await reader.db
    .selectFrom('assets')
    .select('minimum_payout_minor')
    .where('id', '=', assetId)
    .executeTakeFirst();
  if (!asset) throw unknownAsset(assetId);
  if (amountMinor < asset.minimum_payout_minor) throw amountBelowMinimum(assetId, asset.minimum_payout_minor);
  const { terms } = await policyInForce(reader);
  if (!covers(terms, { rail: destination.rail, assetId, amountMinor, source: 'schedule' }))
    throw noRuleMatches('scheduled');
}

function shownOf(schedule: ScheduleRecord) {
  return {
    reference: schedule.reference,
    payee: schedule.payeeId,
    destination: schedule.destinationId,
    asset: schedule.assetId,
    amountMinor: schedule.amountMinor.toString(),
    funding: schedule.funding,
    placement: schedule.placementId,
    dueAtMs: schedule.dueAtMs,
    onGuarantee: schedule.onGuarantee,
  };
}

function hashOf(input: NewSchedule): string {
  const content = canonical({
    reference: input.reference,
    payee: input.payeeId,
    destination: input.destinationId,
    asset: input.assetId,
    amountMinor: input.amountMinor.toString(),
    funding: input.funding ?? 'direct',
    dueAtMs: input.dueAtMs ?? null,
    placement: input.placementId ?? null,
    onGuarantee: input.onGuarantee ?? null,
    guaranteeCompletionDate: input.guaranteeCompletionDate ?? null,
  });
  return createHash('sha256').update(content).digest('hex');
}
