/** The transition of many payouts that have their last approval, in a handful of statements. */
import { sql } from 'kysely';
import { refreshQueue } from '../approvals/queue/refresh.ts';
import { invariant } from '../errors/refusal.ts';
import type { Work } from '../store/command.ts';
import { jsonRows } from '../store/json-rows.ts';
import { Overtaken } from '../store/overtaken.ts';
import { planMove, postMoves } from './postings.ts';
import type { PayoutRecord } from './repository.ts';
import { nextStatus, standing } from './transitions.ts';

export interface FullyApproved {
  readonly payout: PayoutRecord;
  readonly approvals: number;
}

/** The same as `transition` does with `approve` for each: the records, the books, the audit, the events. */
export async function approveTogether(work: Work, approved: readonly FullyApproved[]): Promise<void> {
  if (approved.length === 0) return;
  const moves = [];
  for (const { payout } of approved) {
    const status = nextStatus(payout.status, 'approve');
    invariant(status !== null, `payout ${payout.id} waits for approval`);
    const move = await planMove(work, payout, standing(payout.status, null), standing(status, null), false);
    moves.push({ payout, move });
  }
  const wanted = jsonRows(
    work.tx.dialect,
    { id: 'text', version: 'bigint', cycle: 'bigint' },
    moves.map(({ payout, move }) => ({ id: payout.id, version: payout.version, cycle: move.cycle })),
  );
  const { rows } = await work.tx.run<{ id: string }>(sql`
    update payouts set status = 'approved', status_before = null, cycle = w.cycle, version = payouts.version + 1,
      updated_at_ms = ${BigInt(work.nowMs)}
    from ${wanted} as w
    where payouts.id = w.id and payouts.version = w.version and (payouts.status || '') = 'pending'
    returning payouts.id`);
  if (rows.length !== approved.length) throw new Overtaken('somebody else changed one of these payouts');
  await postMoves(work, moves);
  await refreshQueue(
    work,
    approved.map(({ payout }) => payout.id),
  );
  for (const { payout, approvals } of approved) {
    const subject = `payout:${payout.id}`;
    work.audit({ action: 'payout.approve', subject, details: { from: payout.status, to: 'approved', approvals } });
    work.emit({ name: 'payout.approved', subject, payload: { from: payout.status } });
  }
}
