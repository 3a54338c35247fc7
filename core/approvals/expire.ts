/**
 * Approvals whose time is over. A pending payout loses those that expired, so that the same people
 * can approve again; an approved one that has too few left goes back to pending and its amount to
 * the payee.
 */
import { sql } from 'kysely';
import { Refusal } from '../errors/refusal.ts';
import type { PayoutId } from '../ids/ids.ts';
import type { Driver } from '../jobs/driver.ts';
import { transition } from '../payouts/machine.ts';
import { getPayout } from '../payouts/repository.ts';
import { perform, type Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { proveApprovals } from './prove.ts';
import { refreshQueue } from './queue/refresh.ts';
import { voidApprovals } from './void.ts';

const PAGE = 200;

export interface ExpiredApprovals {
  readonly voided: number;
  readonly sentBack: number;
}

export async function expireApprovals(driver: Driver): Promise<ExpiredApprovals> {
  const { treasury } = driver;
  const total = { voided: 0, sentBack: 0 };
  let after = '';
  for (;;) {
    const ids = await withExpired(treasury.writer, treasury.clock.nowMs(), after);
    for (const id of ids) {
      await driver.step?.();
      if (!(await isToExpire(treasury.writer, id, treasury.clock.nowMs()))) continue;
      try {
        const { voided, sentBack } = await perform(treasury, driver, (work) => expireOf(work, id));
        total.voided += voided;
        total.sentBack += sentBack ? 1 : 0;
      } catch (error) {
        // Somebody was first; the refusal is in the log.
        if (!(error instanceof Refusal)) throw error;
      }
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < PAGE) return total;
    after = last;
  }
}

async function withExpired(reader: Reader, nowMs: number, after: string): Promise<readonly PayoutId[]> {
  const rows = await reader.rows<{ id: PayoutId }>(sql`
    select distinct p.id from approvals a join payouts p on p.id = a.payout_id and p.revision = a.revision
    where a.voided_at_ms is null and a.expires_at_ms <= ${BigInt(nowMs)}
      and p.status in ('pending', 'approved') and p.id > ${after}
    order by p.id limit ${BigInt(PAGE)}`);
  return rows.map(({ id }) => id);
}

/**
 * An approved payout keeps its approvals as long as enough of them are valid; and what does not
 * verify at all is found, and set aside, when it is to be paid.
 */
async function isToExpire(reader: Reader, id: PayoutId, nowMs: number): Promise<boolean> {
  const payout = await getPayout(reader, id);
  if (payout.status !== 'approved') return payout.status === 'pending';
  const proof = await proveApprovals(reader, payout, nowMs);
  return !proof.holds && proof.because === 'expired';
}

async function expireOf(work: Work, id: PayoutId): Promise<{ voided: number; sentBack: boolean }> {
  const payout = await getPayout(work.tx, id);
  if (payout.status === 'approved') {
    await voidApprovals(work, id, 'expired');
    await transition(work, payout, 'send_back', { reason: 'Its approvals expired.' });
    return { voided: 1, sentBack: true };
  }
  const { changed } = await work.tx.run(sql`
    update approvals set voided_at_ms = ${BigInt(work.nowMs)}, void_reason = 'expired'
    where payout_id = ${id} and voided_at_ms is null and expires_at_ms <= ${BigInt(work.nowMs)}`);
  await refreshQueue(work, [id]);
  work.audit({ action: 'approval.expire', subject: `payout:${id}`, details: { voided: Number(changed) } });
  work.emit({ name: 'approval.expired', subject: `payout:${id}` });
  return { voided: Number(changed), sentBack: false };
}
