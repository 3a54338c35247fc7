/** What people do to a payout after it was asked for: edit, cancel, reject, retry, set aside. */
import { closeChanges } from '../approvals/changes.ts';
import { refreshQueue } from '../approvals/queue/refresh.ts';
import { markOthers } from '../approvals/queue/upkeep.ts';
import { announceBlocked, refuseUndecided } from '../approvals/requested.ts';
import { voidApprovals } from '../approvals/void.ts';
import { canonical } from '../canonical/canonical.ts';
import type { CallTerms } from '../contract/contract-calls.ts';
import type { PaymentMethod } from '../contract/policy-terms.ts';
import { unknownAsset } from '../ledger/errors.ts';
import type { AssetId } from '../money/assets.ts';
import { destinationRetired, unknownDestination } from '../payees/errors.ts';
import { getDestination } from '../payees/payees.ts';
import { claimFromStatement } from '../statements/claim.ts';
import type { Work } from '../store/command.ts';
import { callAskedFor, usualCall } from './call-ways.ts';
import {
  amountBelowMinimum,
  attemptsUsedUp,
  needsClearance,
  notCarried,
  nothingChanged,
  stalePayout,
} from './errors.ts';
import { carries } from './import/amounts.ts';
import { transition } from './machine.ts';
import { RECLAIM_AFTER_S, refuseMethod } from './methods.ts';
import { moveObligation } from './postings.ts';
import {
  callText,
  type DestinationSnapshot,
  destinationSnapshotOf,
  getPayout,
  type PayoutChange,
  type PayoutRecord,
  updateGuarded,
} from './repository.ts';

/** Outcomes a payout may have had before it is not tried again. */
export const PAYOUT_ATTEMPTS_MAX = 5n;

export interface PayoutEdit {
  readonly id: string;
  readonly version: number;
  readonly reference?: string | undefined;
  readonly destinationId?: string | undefined;
  readonly assetId?: AssetId | undefined;
  readonly amountMinor?: bigint | undefined;
  readonly dueAtMs?: number | null | undefined;
  readonly method?: PaymentMethod | undefined;
  readonly reclaimAfterS?: number | undefined;
}

export async function editPayout(work: Work, edit: PayoutEdit): Promise<PayoutRecord> {
  const payout = await toEdit(work, edit);
  const change = await changeOf(work, payout, edit);
  if (Object.keys(change).length === 0) throw nothingChanged(payout.id);
  const wanted = {
    ...payout,
    assetId: edit.assetId ?? payout.assetId,
    amountMinor: edit.amountMinor ?? payout.amountMinor,
  };
  await refuseTooSmall(work, wanted);
  await claimAgain(work, wanted);
  const edited = await updateGuarded(work.tx, payout, work.nowMs, { ...change, revision: payout.revision + 1n });
  if (!carries(edited.rail, edited.assetId, edited.destination.currency)) throw notCarried(edited.rail, edited.assetId);
  refuseMethod(edited);
  await refuseUndecided(work, [edited]);
  await moveObligation(work, payout, edited);
  await voidApprovals(work, payout.id, 'edited');
  await closeChanges(work, payout.id, 'edited');
  work.audit({
    action: 'payout.edit',
    subject: `payout:${payout.id}`,
    details: {
      revision: Number(edited.revision),
      before: shownOf(payout),
      after: shownOf(edited),
      editedBy: work.actor.id,
    },
  });
  work.emit({ name: 'payout.edited', subject: `payout:${payout.id}` });
  await refreshQueue(work, [payout.id], work.actor.id);
  await markOthers(work, [payout, edited]);
  await announceBlocked(work, [edited]);
  return edited;
}

/**
 * What can be edited waits for its approvals. That an ordinary payment would not arrive shows only
 * when it has them: to pay it another way sends it back for new ones.
 */
async function toEdit(work: Work, { id, version, method }: PayoutEdit): Promise<PayoutRecord> {
  const payout = await getPayout(work.tx, id);
  const isOther = method !== undefined && method !== payout.method;
  if (payout.version !== BigInt(version) || !(payout.status === 'pending' || (payout.status === 'approved' && isOther)))
    throw stalePayout(payout.id, payout.status);
  if (payout.status === 'pending') return payout;
  return transition(work, payout, 'send_back', { reason: 'It is to be paid in another way.' });
}

/** What the payout's statement has left must cover it as it is to be from now on. */
export async function claimAgain(
  work: Work,
  { id, statementId, payeeId, assetId, amountMinor }: PayoutRecord,
): Promise<void> {
  if (statementId === null) return;
  await claimFromStatement(work, { statementId, payeeId, assetId, amountMinor, exceptPayoutId: id });
}

async function changeOf(work: Work, payout: PayoutRecord, edit: PayoutEdit): Promise<PayoutChange> {
  const { reference, destinationId, assetId, amountMinor, dueAtMs } = edit;
  const destination =
    destinationId !== undefined && destinationId !== payout.destinationId
      ? await newDestination(work, payout, destinationId)
      : null;
  return {
    ...(reference !== undefined && reference !== payout.reference ? { reference } : {}),
    ...(amountMinor !== undefined && amountMinor !== payout.amountMinor ? { amount_minor: amountMinor } : {}),
    ...(assetId !== undefined && assetId !== payout.assetId ? { asset_id: assetId } : {}),
    ...(dueAtMs !== undefined && dueAtMs !== payout.dueAtMs
      ? { due_at_ms: dueAtMs === null ? null : BigInt(dueAtMs) }
      : {}),
    ...(await methodChange(work, payout, edit, destination?.snapshot ?? payout.destination)),
    ...destination?.change,
  };
}

async function methodChange(
  work: Work,
  payout: PayoutRecord,
  edit: PayoutEdit,
  to: DestinationSnapshot,
): Promise<PayoutChange> {
  const call = await callAfter(work, payout, edit, to);
  const other = payout.method === 'contract_call' ? 'payment' : payout.method;
  const method = call ? 'contract_call' : (edit.method ?? other);
  const usual = method === 'claimable_balance' ? (payout.reclaimAfterS ?? RECLAIM_AFTER_S) : null;
  const reclaimAfterS = edit.reclaimAfterS ?? usual;
  return {
    ...(method === payout.method ? {} : { method }),
    ...(reclaimAfterS === payout.reclaimAfterS
      ? {}
      : { reclaim_after_s: reclaimAfterS === null ? null : BigInt(reclaimAfterS) }),
    ...(callText(call) === callText(payout.call) ? {} : { call_terms: callText(call) }),
  };
}

/** A call stays what it is, unless somebody asks for another way, or it is to pay somebody or something else. */
async function callAfter(
  work: Work,
  payout: PayoutRecord,
  edit: PayoutEdit,
  to: DestinationSnapshot,
): Promise<CallTerms | null> {
  const assetId = edit.assetId ?? payout.assetId;
  const goesElsewhere = to.id !== payout.destination.id || assetId !== payout.assetId;
  if (edit.method === 'contract_call') return callAskedFor(await work.callWays(), assetId, to);
  if (edit.method !== undefined) return null;
  if (!goesElsewhere) return payout.call;
  return payout.method === 'payment' || payout.call ? usualCall(await work.callWays(), assetId, to) : null;
}

async function newDestination(work: Work, payout: PayoutRecord, id: string) {
  const destination = await getDestination(work.tx, id);
  if (destination.payeeId !== payout.payeeId) throw unknownDestination(id);
  if (destination.status === 'retired') throw destinationRetired(id);
  const snapshot = destinationSnapshotOf(destination);
  return { snapshot, change: { destination_id: id, rail: destination.rail, destination: canonical(snapshot) } };
}

async function refuseTooSmall(work: Work, payout: PayoutRecord): Promise<void> {
  const asset = await work.tx.db.selectFrom('assets').selectAll().where('id', '=', payout.assetId).executeTakeFirst();
  if (!asset) throw unknownAsset(payout.assetId);
  if (payout.amountMinor < asset.minimum_payout_minor) throw amountBelowMinimum(asset.id, asset.minimum_payout_minor);
}

function shownOf(payout: PayoutRecord) {
  return {
    reference: payout.reference,
    destination: payout.destination,
    asset: payout.assetId,
    amountMinor: payout.amountMinor.toString(),
    dueAtMs: payout.dueAtMs,
    method: payout.method,
    reclaimAfterS: payout.reclaimAfterS,
    call: payout.call,
  };
}

export async function cancelPayout(
  work: Work,
  input: { readonly id: string; readonly reason: string },
): Promise<PayoutRecord> {
  const payout = await getPayout(work.tx, input.id);
  const cancelled = await transition(work, payout, 'cancel', { reason: input.reason });
  await voidApprovals(work, payout.id, 'cancelled');
  return cancelled;
}

/** An approver's no, before or after others approved. */
export async function rejectPayout(
  work: Work,
  input: { readonly id: string; readonly reason: string },
): Promise<PayoutRecord> {
  work.audit({ action: 'payout.reject', subject: `payout:${input.id}`, details: { reason: input.reason } });
  return cancelPayout(work, input);
}

/** A failed payout is asked for again; it needs its approvals anew. */
export async function retryPayout(
  work: Work,
  input: { readonly id: string; readonly reason: string },
): Promise<PayoutRecord> {
  const payout = await getPayout(work.tx, input.id);
  if (payout.status === 'failed') {
    if (payout.attempts >= PAYOUT_ATTEMPTS_MAX) throw attemptsUsedUp(payout.id, payout.attempts);
    // There a failure is no proof: the payment may still be made.
    if (payout.rail === 'nowpayments' && work.actor.kind !== 'staff') throw needsClearance(payout.id);
  }
  await claimAgain(work, payout);
  await voidApprovals(work, payout.id, 'retried');
  return transition(work, payout, 'retry', { reason: input.reason });
}

export async function quarantinePayout(
  work: Work,
  input: { readonly id: string; readonly reason: string },
): Promise<PayoutRecord> {
  return transition(work, await getPayout(work.tx, input.id), 'quarantine', { reason: input.reason });
}
