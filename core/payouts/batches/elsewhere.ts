/**
 * A batch was released by nobody here: by a code that somebody gave on the provider's own pages, where
 * none of our proofs stood before it. What would have been refused here is set aside for people.
 */
import { proveApprovals } from '../../approvals/prove.ts';
import type { Refusal } from '../../errors/refusal.ts';
import type { Work } from '../../store/command.ts';
import { transition } from '../machine.ts';
import { whyUnproven } from '../start.ts';
import { inWords, whatHolds } from './held.ts';
import { type BatchRecord, type PaymentInBatch, paymentsIn, subjectOf } from './records.ts';

export async function noteReleasedElsewhere(work: Work, batch: BatchRecord): Promise<void> {
  const setAside: string[] = [];
  for (const payment of await paymentsIn(work.tx, batch)) {
    const { payout, attempt } = payment;
    if (payout.status !== 'processing' || attempt.status !== 'open') continue;
    const why = await whyNotHere(work, batch, payment);
    if (why === null) continue;
    const reason = `Released on the provider’s own pages, and not here: ${why}`;
    await transition(work, payout, 'quarantine', { reason, details: { attempt: attempt.key } });
    setAside.push(attempt.key);
  }
  const { rail, reference, withheld } = batch;
  work.audit({
    action: 'batch.released_elsewhere',
    subject: subjectOf(batch),
    details: { reference, setAside, ...(withheld !== null && { withheld }) },
  });
  const payload = { rail, payments: batch.payments, setAside: setAside.length };
  work.emit({ name: 'batch.released_elsewhere', subject: subjectOf(batch), payload });
}

/** Null where it would have been released here as well. */
async function whyNotHere(
  work: Work,
  { rail, withheld }: BatchRecord,
  payment: PaymentInBatch,
): Promise<string | null> {
  if (withheld !== null) return withheld;
  const { tx, nowMs } = work;
  const held: Refusal | null = await whatHolds(tx, { rail, payments: [payment], nowMs });
  if (held !== null) return inWords(held);
  const proof = await proveApprovals(tx, payment.payout, nowMs);
  return proof.holds ? null : whyUnproven(proof);
}
