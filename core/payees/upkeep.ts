/**
 * Changing, closing and reopening payees. They are closed, never deleted: their history stays.
 * One person may give them another e-mail address, and what they are paid is told there: so it rests
 * like a destination before anything is mailed to it, and the address before is told.
 */

import { sql } from 'kysely';
import { refreshQueueOfPayees } from '../approvals/queue/refresh.ts';
import type { PayeeId } from '../ids/ids.ts';
import { tellFormerAddress } from '../mail/former-address.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { insertTags } from './bulk.ts';
import { nameSigned, payeeClosed, payeeNotClosed, payeeStale } from './errors.ts';
import { getPayee, lockPayee, type PayeeRecord } from './payees.ts';
import { readSafeguards } from './safeguards.ts';
import { NOT_SCREENED, recordScreenings, type Screened } from './screening.ts';

/** What is left out stays. */
export interface PayeeChange {
  readonly id: string;
  /** The version that was seen. */
  readonly version?: number | undefined;
  readonly name?: string | undefined;
  readonly email?: string | null | undefined;
  readonly tags?: readonly string[] | undefined;
}

export async function updatePayee(
  work: Work,
  change: PayeeChange,
  screened: Screened = NOT_SCREENED,
): Promise<PayeeRecord> {
  const before = await lockPayee(work.tx, change.id);
  if (change.version !== undefined && BigInt(change.version) !== before.version) {
    throw payeeStale(before.id, Number(before.version));
  }
  if (change.name !== undefined && change.name !== before.name) await refuseSignedName(work.tx, before.id);
  const email = change.email === undefined ? before.email : change.email;
  const isOtherEmail = email !== before.email;
  await write(work, before, {
    name: change.name ?? before.name,
    email,
    ...(isOtherEmail ? { email_from_ms: BigInt(work.nowMs + (await readSafeguards(work.tx)).coolOffMs) } : {}),
  });
  // One that never came into use was told nothing, and is told nothing now.
  const wasUsed = before.emailFromMs === null || before.emailFromMs <= work.nowMs;
  if (isOtherEmail && wasUsed) await tellFormerAddress(work, before);
  if (change.tags !== undefined) {
    await work.tx.write.deleteFrom('payee_tags').where('payee_id', '=', before.id).execute();
    await insertTags(work, [{ id: before.id, tags: [...new Set(change.tags)] }]);
  }
  const after = await getPayee(work.tx, before.id);
  if (after.name !== before.name) await forgetCleared(work, before.id);
  await recordScreenings(work, [after], [], screened);
  work.audit({
    action: 'payee.update',
    subject: `payee:${before.id}`,
    details: { before: editable(before), after: editable(after) },
  });
  work.emit({ name: 'payee.updated', subject: `payee:${before.id}` });
  if (isOtherEmail)
    work.emit({ name: 'payee.email_changed', subject: `payee:${before.id}`, payload: { by: work.actor.id } });
  await refreshQueueOfPayees(work, [before.id]);
  return after;
}

const editable = ({ name, email, tags }: PayeeRecord) => ({ name, email, tags });

/** That the old name was clear says nothing of the new one; a hit stands until the list says otherwise. */
async function forgetCleared(work: Work, id: PayeeId): Promise<void> {
  await work.tx.write.deleteFrom('screenings').where('subject_id', '=', id).where('status', '<>', 'hit').execute();
}

/**
 * Approvers sign the payee's name with each payout. A name that changes under a signature would
 * look like tampering when processing starts, so it waits until no signature depends on it.
 */
async function refuseSignedName(reader: Reader, id: PayeeId): Promise<void> {
  const [row] = await reader.rows<{ n: bigint }>(sql`
    select count(*) as n from payouts p
    where p.payee_id = ${id} and p.status in ('pending', 'approved')
      and exists (select 1 from approvals a
        where a.payout_id = p.id and a.revision = p.revision and a.voided_at_ms is null)`);
  if (row && row.n > 0n) throw nameSigned(id, Number(row.n));
}

/** Nothing new is paid to them, and what was approved is held back. Payments under way go on. */
export async function closePayee(
  work: Work,
  input: { readonly id: string; readonly reason: string },
): Promise<PayeeRecord> {
  const payee = await lockPayee(work.tx, input.id);
  if (payee.status === 'closed') throw payeeClosed(payee.id);
  await write(work, payee, { status: 'closed', closed_reason: input.reason });
  return noted(work, payee, 'payee.close', input.reason);
}

export async function reopenPayee(
  work: Work,
  input: { readonly id: string; readonly reason: string },
): Promise<PayeeRecord> {
  const payee = await lockPayee(work.tx, input.id);
  if (payee.status !== 'closed') throw payeeNotClosed(payee.id);
  await write(work, payee, { status: 'active', closed_reason: null });
  return noted(work, payee, 'payee.reopen', input.reason);
}

async function write(
  work: Work,
  payee: PayeeRecord,
  change: {
    name?: string;
    email?: string | null;
    email_from_ms?: bigint;
    status?: PayeeRecord['status'];
    closed_reason?: string | null;
  },
): Promise<void> {
  const { numUpdatedRows } = await work.tx.write
    .updateTable('payees')
    .set({ ...change, version: payee.version + 1n })
    .where('id', '=', payee.id)
    .where('version', '=', payee.version)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw payeeStale(payee.id, Number(payee.version));
}

async function noted(
  work: Work,
  payee: PayeeRecord,
  action: 'payee.close' | 'payee.reopen',
  reason: string,
): Promise<PayeeRecord> {
  work.audit({ action, subject: `payee:${payee.id}`, details: { reference: payee.reference, reason } });
  work.emit({ name: action === 'payee.close' ? 'payee.closed' : 'payee.reopened', subject: `payee:${payee.id}` });
  return getPayee(work.tx, payee.id);
}
