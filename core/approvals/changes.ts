/**
 * Asking for changes: a payout that is not rejected, but not right yet either. It stays pending and
 * nobody approves it until it was edited, or whoever asked says that it may stay as it is.
 */
import { notApprovable } from '../payouts/errors.ts';
import { lockPayout, type PayoutRecord } from '../payouts/repository.ts';
import type { Work } from '../store/command.ts';
import { ownAct } from './errors.ts';
import { historyOf } from './history.ts';
import { changesNotYours, changesRequestedBefore, noChangesRequested } from './queue/errors.ts';
import { refreshQueue } from './queue/refresh.ts';
import type { QueueTables } from './queue/tables.ts';

export async function requestChanges(
  work: Work,
  input: { readonly id: string; readonly text: string },
): Promise<PayoutRecord> {
  const payout = await lockPayout(work.tx, input.id);
  if (payout.status !== 'pending') throw notApprovable(payout.id, payout.status);
  if ((await historyOf(work.tx, payout)).askers.has(work.actor.id)) throw ownAct(payout.id);
  if (await openRequest(work, payout.id)) throw changesRequestedBefore(payout.id);
  await work.tx.write
    .insertInto('change_requests')
    .values({
      id: work.ids.next('changeRequest'),
      payout_id: payout.id,
      revision: payout.revision,
      asked_by: work.actor.id,
      text: input.text,
      asked_at_ms: BigInt(work.nowMs),
      closed_at_ms: null,
      closed_by: null,
      outcome: null,
    })
    .execute();
  work.audit({
    action: 'payout.request_changes',
    subject: `payout:${payout.id}`,
    details: { revision: Number(payout.revision), text: input.text },
  });
  work.emit({
    name: 'payout.changes_requested',
    subject: `payout:${payout.id}`,
    payload: { by: work.actor.id, of: payout.requestedBy },
  });
  await refreshQueue(work, [payout.id]);
  return payout;
}

export async function liftChanges(work: Work, input: { readonly id: string }): Promise<PayoutRecord> {
  const payout = await lockPayout(work.tx, input.id);
  const request = await openRequest(work, payout.id);
  if (!request) throw noChangesRequested(payout.id);
  if (request.asked_by !== work.actor.id && (await isOnStaff(work, request.asked_by))) {
    throw changesNotYours(payout.id);
  }
  await closeChanges(work, payout.id, 'lifted');
  work.audit({ action: 'payout.lift_changes', subject: `payout:${payout.id}`, details: { request: request.id } });
  work.emit({ name: 'payout.changes_lifted', subject: `payout:${payout.id}` });
  await refreshQueue(work, [payout.id]);
  return payout;
}

/** Edited, or not waiting any more. Whoever calls lays the payout out anew. */
export async function closeChanges(
  work: Work,
  payoutId: string,
  outcome: NonNullable<QueueTables['change_requests']['outcome']>,
): Promise<void> {
  await work.tx.write
    .updateTable('change_requests')
    .set({ closed_at_ms: BigInt(work.nowMs), closed_by: work.actor.id, outcome })
    .where('payout_id', '=', payoutId)
    .where('closed_at_ms', 'is', null)
    .execute();
}

/** Somebody who left lifts nothing any more; then another approver does. */
async function isOnStaff(work: Work, staffId: string): Promise<boolean> {
  const row = await work.tx.db
    .selectFrom('staff')
    .select('id')
    .where('id', '=', staffId)
    .where('status', '=', 'active')
    .executeTakeFirst();
  return row !== undefined;
}

export async function openRequest(
  work: Pick<Work, 'tx'>,
  payoutId: string,
): Promise<{ readonly id: string; readonly asked_by: string } | undefined> {
  return work.tx.db
    .selectFrom('change_requests')
    .select(['id', 'asked_by'])
    .where('payout_id', '=', payoutId)
    .where('closed_at_ms', 'is', null)
    .executeTakeFirst();
}
