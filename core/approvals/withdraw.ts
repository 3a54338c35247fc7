/**
 * Taking one's own approval back, until payment starts. An approved payout that is left with fewer
 * approvals than it needs waits again, and its amount goes back to the payee.
 */

import { stalePayout } from '../payouts/errors.ts';
import { transition } from '../payouts/machine.ts';
import { lockPayout, type PayoutRecord } from '../payouts/repository.ts';
import type { Work } from '../store/command.ts';
import { policyInForce } from './policy/versions.ts';
import { approvalNotGiven } from './queue/errors.ts';
import { refreshQueue } from './queue/refresh.ts';
import { standingOf } from './standing.ts';

export async function withdrawApproval(
  work: Work,
  input: { readonly id: string; readonly reason: string },
): Promise<PayoutRecord> {
  // Held until the commit: payment starts before this, and then it is too late, or finds it done.
  const payout = await lockPayout(work.tx, input.id);
  if (payout.status !== 'pending' && payout.status !== 'approved') throw stalePayout(payout.id, payout.status);
  const voided = await work.tx.write
    .updateTable('approvals')
    .set({ voided_at_ms: BigInt(work.nowMs), void_reason: 'withdrawn' })
    .where('payout_id', '=', payout.id)
    .where('revision', '=', payout.revision)
    .where('staff_id', '=', work.actor.id)
    .where('voided_at_ms', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!voided) throw approvalNotGiven(payout.id);
  work.audit({
    action: 'payout.withdraw',
    subject: `payout:${payout.id}`,
    details: { approval: voided.id, revision: Number(payout.revision), reason: input.reason },
  });
  work.emit({ name: 'approval.withdrawn', subject: `payout:${payout.id}`, payload: { by: work.actor.id } });
  if (payout.status === 'approved' && !(await isApprovedStill(work, payout))) {
    return transition(work, payout, 'send_back', { reason: `An approval was withdrawn: ${input.reason}` });
  }
  await refreshQueue(work, [payout.id]);
  return payout;
}

async function isApprovedStill(work: Work, payout: PayoutRecord): Promise<boolean> {
  const { progress } = await standingOf(work.tx, await policyInForce(work.tx), payout, work.nowMs);
  return progress !== null && progress.next === null;
}
