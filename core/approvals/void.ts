import { sql } from 'kysely';
import type { PayoutId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import { jsonRows } from '../store/json-rows.ts';

/** What was approved is no longer what would be paid: the approvals stay as history and count no more. */
export async function voidApprovals(work: Work, payoutId: PayoutId, reason: string): Promise<void> {
  await work.tx.write
    .updateTable('approvals')
    .set({ voided_at_ms: BigInt(work.nowMs), void_reason: reason })
    .where('payout_id', '=', payoutId)
    .where('voided_at_ms', 'is', null)
    .execute();
}

/** Single approvals, of one payout or of many. */
export async function voidSome(work: Work, approvalIds: readonly string[], reason: string): Promise<void> {
  if (approvalIds.length === 0) return;
  const wanted = jsonRows(
    work.tx.dialect,
    { id: 'text' },
    approvalIds.map((id) => ({ id })),
  );
  await work.tx.run(sql`
    update approvals set voided_at_ms = ${BigInt(work.nowMs)}, void_reason = ${reason}
    where voided_at_ms is null and id in (select w.id from ${wanted} as w)`);
}
