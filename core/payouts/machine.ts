/** Applies one transition in the caller's transaction: the record, the books, the audit, the event. */
import { closeChanges } from '../approvals/changes.ts';
import { refreshQueue } from '../approvals/queue/refresh.ts';
import { markOthers } from '../approvals/queue/upkeep.ts';
import type { CanonicalValue } from '../canonical/canonical.ts';
import { raiseTreasuryVersion } from '../ledger/treasury.ts';
import type { Work } from '../store/command.ts';
import { stalePayout } from './errors.ts';
import { planMove, postMove } from './postings.ts';
import { type PayoutRecord, updateGuarded } from './repository.ts';
import { nextStatus, type PayoutEvent, standing } from './transitions.ts';

export interface TransitionNote {
  readonly reason?: string;
  readonly details?: { readonly [key: string]: CanonicalValue };
}

export async function transition(
  work: Work,
  payout: PayoutRecord,
  event: PayoutEvent,
  note: TransitionNote = {},
): Promise<PayoutRecord> {
  const status = nextStatus(payout.status, event);
  if (status === null) throw stalePayout(payout.id, payout.status);

  const statusBefore = status === 'quarantined' ? payout.status : null;
  const from = standing(payout.status, payout.statusBefore);
  const to = standing(status, statusBefore);
  const lasting = payout.statusBefore ?? payout.status;
  const move = await planMove(work, payout, from, to, lasting === 'failed' || lasting === 'cancelled');

  const completes = status === 'completed' && lasting !== 'completed';
  const updated = await updateGuarded(work.tx, payout, work.nowMs, {
    status,
    status_before: statusBefore,
    cycle: move.cycle,
    ...(event === 'fail' || event === 'resolve_failed' ? { attempts: payout.attempts + 1n } : {}),
    ...(status === 'failed' || status === 'quarantined' ? { failed_reason: note.reason ?? null } : {}),
    ...(event === 'retry' || completes ? { failed_reason: null } : {}),
    ...(event === 'retry' ? { last_retry_at_ms: BigInt(work.nowMs) } : {}),
    // What came back is not settled any more; when it goes out again, that is settled anew.
    ...(from === 'out' && to !== 'out' ? { settled_at_ms: null } : {}),
    ...(completes ? { processed_at_ms: BigInt(work.nowMs) } : {}),
  });
  // After the guarded update: who comes second learns that, and not that the books are closed.
  await postMove(work, payout, move);
  if (completes) await raiseTreasuryVersion(work, payout.assetId);

  if (payout.status === 'pending') await closeChanges(work, payout.id, 'ended');
  if (payout.status === 'pending' || status === 'pending') {
    await refreshQueue(work, [payout.id], event === 'retry' ? work.actor.id : null);
  }
  await markOthers(work, [payout]);

  work.audit({
    action: `payout.${event}`,
    subject: `payout:${payout.id}`,
    details: { from: payout.status, to: status, ...(note.reason ? { reason: note.reason } : {}), ...note.details },
  });
  work.emit({ name: `payout.${status}`, subject: `payout:${payout.id}`, payload: { from: payout.status } });
  return updated;
}
