/** How a batch ends that is not paid, and what is known of its payouts then. */
import type { BatchState } from '../../contract/batches.ts';
import type { Work } from '../../store/command.ts';
import { endAttempt } from '../attempts.ts';
import { transition } from '../machine.ts';
import { type BatchRecord, changeBatch, type PaymentInBatch, paymentsIn, subjectOf } from './records.ts';

/** A provider that refuses for now is left alone for so long. */
const REFUSED_REST_MS = 10 * 60_000;

/** Payouts that people have set aside stay so; what is known of their attempt is written down all the same. */
async function unsent(work: Work, { payout, attempt }: PaymentInBatch, message: string): Promise<void> {
  if (attempt.status !== 'open') return;
  const reference = attempt.providerReference;
  await endAttempt(work.tx, attempt, work.nowMs, { status: 'unsent', reference, message });
  const details = { attempt: attempt.key };
  if (payout.status === 'processing') await transition(work, payout, 'unsent', { reason: message, details });
}

/** The provider says that it never began any of it, or provably never heard of it. */
export async function endUnsent(
  work: Work,
  batch: BatchRecord,
  { state, said }: { readonly state: Extract<BatchState, 'lapsed' | 'unheard'>; readonly said: string },
): Promise<BatchRecord> {
  for (const payment of await paymentsIn(work.tx, batch)) await unsent(work, payment, said);
  return end(work, batch, state, said);
}

export interface BatchRefusal {
  readonly message: string;
  readonly mayRetry: boolean;
  /** Those that will never be taken as they are, by key. */
  readonly because: ReadonlyMap<string, string>;
}

/** Not one of them was taken. What is at fault fails for good; the others are asked for again. */
export async function endRefused(work: Work, batch: BatchRecord, refusal: BatchRefusal): Promise<BatchRecord> {
  const { message, mayRetry, because } = refusal;
  const payments = await paymentsIn(work.tx, batch);
  // Refused by itself, it is the one at fault.
  const alone = payments.length === 1 && !mayRetry && because.size === 0;
  for (const payment of payments) {
    const why = because.get(payment.attempt.key) ?? (alone ? message : null);
    await (why === null ? unsent(work, payment, message) : failed(work, payment, why));
  }
  const rest = mayRetry ? { retry_at_ms: BigInt(work.nowMs + REFUSED_REST_MS) } : {};
  return end(work, batch, 'refused', message, rest);
}

async function failed(work: Work, { payout, attempt }: PaymentInBatch, why: string): Promise<void> {
  if (attempt.status !== 'open') return;
  await endAttempt(work.tx, attempt, work.nowMs, { status: 'failed', reference: null, message: why });
  const details = { attempt: attempt.key };
  if (payout.status === 'processing') await transition(work, payout, 'fail', { reason: why, details });
}

/** Its time is long over, and the provider neither pays it nor says that it will not: people decide. */
export async function endUnclear(work: Work, batch: BatchRecord, said: string): Promise<BatchRecord> {
  for (const { payout, attempt } of await paymentsIn(work.tx, batch)) {
    if (payout.status !== 'processing' || attempt.status !== 'open') continue;
    await transition(work, payout, 'quarantine', { reason: said, details: { attempt: attempt.key } });
  }
  return end(work, batch, 'unclear', said);
}

/** By the record that was looked at: a code that was given since then makes another look necessary. */
async function end(
  work: Work,
  before: BatchRecord,
  state: BatchState,
  said: string,
  more: { readonly retry_at_ms?: bigint } = {},
): Promise<BatchRecord> {
  const batch = await changeBatch(work.tx, before, {
    state,
    said,
    code_given_at_ms: null,
    code_given_by: null,
    ended_at_ms: BigInt(work.nowMs),
    ...more,
  });
  work.audit({ action: `batch.${state}`, subject: subjectOf(batch), details: { reference: batch.reference, said } });
  work.emit({
    name: `batch.${state}`,
    subject: subjectOf(batch),
    payload: { rail: batch.rail, payments: batch.payments },
  });
  return batch;
}
