/** The provider has the batch: from here on it waits for a code, and its payments have names there. */
import type { TakenBatch } from '../../rails/provider.ts';
import { perform } from '../../store/command.ts';
import { commandOf, type Driver, orderOf } from '../answers.ts';
import { differenceIn } from './agree.ts';
import { type BatchRecord, changeBatch, nameAttempt, paymentsIn, subjectOf } from './records.ts';

export function recordTaken(driver: Driver, before: BatchRecord, taken: TakenBatch): Promise<BatchRecord> {
  return perform(driver.treasury, commandOf(driver, 'batch.taken'), async (work) => {
    const payments = await paymentsIn(work.tx, before);
    const orders = payments.map(({ payout, attempt }) => orderOf(payout, attempt));
    const difference = differenceIn(taken, orders);
    for (const { attempt } of payments) {
      const known = taken.payments.find(({ key }) => key === attempt.key);
      if (known) await nameAttempt(work.tx, attempt, known.answer.reference);
    }
    const withheld = difference === null ? null : `The provider holds another batch than was ordered: ${difference}.`;
    const batch = await changeBatch(work.tx, before, {
      state: 'needs_code',
      reference: taken.reference,
      expires_at_ms: BigInt(taken.expiresAtMs),
      withheld,
    });
    work.audit({
      action: 'batch.taken',
      subject: subjectOf(batch),
      details: { reference: taken.reference, payments: batch.payments, ...(withheld && { withheld }) },
    });
    const payload = { rail: batch.rail, payments: batch.payments };
    work.emit({ name: withheld === null ? 'batch.needs_code' : 'batch.withheld', subject: subjectOf(batch), payload });
    return batch;
  });
}
