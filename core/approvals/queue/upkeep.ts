/**
 * What changes how payouts wait though nothing was done to them: time, people, the deny-list, and
 * other payouts to the same payee, which rules add up. What depends on others is not laid out anew
 * with each of them, or a file of a thousand payouts to one payee would be laid out a thousand
 * times; it is marked, and laid out when the queue is next asked for or kept.
 */
import { sql } from 'kysely';
import type { GovernanceTerms } from '../../contract/governance.ts';
import type { PolicyTerms } from '../../contract/policy-terms.ts';
import type { PayoutId } from '../../ids/ids.ts';
import type { PayoutRecord } from '../../payouts/repository.ts';
import type { Treasury } from '../../store/command.ts';
import { jsonRows } from '../../store/json-rows.ts';
import type { Reader } from '../../store/tx.ts';
import { policyBelieved } from '../policy/versions.ts';
import { CHUNK, type QueueMoment, refreshQueue, refreshWholeQueue } from './refresh.ts';

/** A governance act was done; the chain has it already. */
export async function refreshAfterAct(moment: QueueMoment, kind: GovernanceTerms['kind']): Promise<void> {
  if (kind === 'staff_roles' || kind === 'staff_leave' || kind === 'staff_key') await refreshApproved(moment);
}

/** What waits and somebody has approved: whether that counts depends on what they may do. */
async function refreshApproved(moment: QueueMoment): Promise<void> {
  const rows = await moment.tx.rows<{ id: PayoutId }>(sql`
    select distinct p.id from approvals a join payouts p on p.id = a.payout_id
    where a.voided_at_ms is null and p.status = 'pending'`);
  await refreshQueue(
    moment,
    rows.map(({ id }) => id),
  );
}

/** Everybody was looked up on the deny-list anew, which matters where a rule asks about it. */
export async function refreshAfterScreening(moment: QueueMoment): Promise<void> {
  const { terms } = await policyBelieved(moment.tx);
  if (terms.rules.some(({ when }) => when.screening !== undefined)) await refreshWholeQueue(moment);
}

/** Marks what else waits for the payees and the addresses of these: they are asked for, changed or paid now. */
export async function markOthers(moment: QueueMoment, payouts: readonly Pick<PayoutRecord, 'destinationId'>[]) {
  const { terms } = await policyBelieved(moment.tx);
  if (!dependsOnOthers(terms)) return;
  const destinations = [...new Set(payouts.map(({ destinationId }) => destinationId))].map((id) => ({ id }));
  const wanted = jsonRows(moment.tx.dialect, { id: 'text' }, destinations);
  const now = BigInt(moment.nowMs);
  await moment.tx.run(sql`
    update approval_queue set look_again_at_ms = ${now}
    where (look_again_at_ms is null or look_again_at_ms > ${now}) and payee_id in (
      select o.payee_id from ${wanted} as w cross join destinations d cross join destinations o
      where d.id = w.id and o.rail = d.rail and o.account_key = d.account_key)`);
}

function dependsOnOthers({ rules }: PolicyTerms): boolean {
  return rules.some(({ when }) => when.amounts !== undefined || when.firstPayment !== undefined);
}

/** Lays out anew what is due to be looked at. Gives how many there were; more may be left. */
export async function lookAgain(moment: QueueMoment): Promise<number> {
  const rows = await moment.tx.rows<{ id: PayoutId }>(sql`
    select payout_id as id from approval_queue where look_again_at_ms <= ${BigInt(moment.nowMs)}
    order by look_again_at_ms limit ${BigInt(CHUNK)}`);
  await refreshQueue(
    moment,
    rows.map(({ id }) => id),
  );
  return rows.length;
}

/** Before the queue is asked: a part of what is due, so that nobody waits for all of it. */
export async function freshenQueue({ writer, clock }: Pick<Treasury, 'writer' | 'clock'>): Promise<void> {
  const nowMs = clock.nowMs();
  if (await isDue(writer, nowMs)) await writer.transaction((tx) => lookAgain({ tx, nowMs }));
}

async function isDue(reader: Reader, nowMs: number): Promise<boolean> {
  const rows = await reader.rows(sql`select 1 from approval_queue where look_again_at_ms <= ${BigInt(nowMs)} limit 1`);
  return rows.length > 0;
}

/** The vault of an earlier version has no queue yet; laid out once. */
export async function layOutQueue(moment: QueueMoment): Promise<void> {
  const [state] = await moment.tx.rows<{ laid_out_at_ms: bigint | null }>(
    sql`select laid_out_at_ms from approval_queue_state where one = 1`,
  );
  if (state?.laid_out_at_ms !== null) return;
  await refreshWholeQueue(moment);
  await moment.tx.run(sql`update approval_queue_state set laid_out_at_ms = ${BigInt(moment.nowMs)} where one = 1`);
}
