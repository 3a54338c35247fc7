import type { PayoutId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';

/** What was approved is no longer what would be paid: the approvals stay as history and count no more. */
export async function voidApprovals(work: Work, payoutId: PayoutId, reason: string): Promise<void> {
  await work.tx.write
    .updateTable('approvals')
    .set({ voided_at_ms: BigInt(work.nowMs), void_reason: reason })
    .where('payout_id', '=', payoutId)
    .where('voided_at_ms', 'is', null)
    .execute();
}
