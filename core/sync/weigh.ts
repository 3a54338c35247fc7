/**
 * What a provider's record proves about a payout, and what follows from that. A record is evidence:
 * it answers what was open, settles what is completed, and whatever it contradicts is quarantined,
 * whatever state that is in now.
 */
import type { RailName } from '../contract/payees.ts';
import { isFeePosted, postFees } from '../ledger/fees.ts';
import { RAIL_NAMES } from '../notifications/words/rails.ts';
import {
  type AttemptRecord,
  attemptFromKey,
  attemptsOf,
  correctAttempt,
  endAttempt,
  findAttempt,
  findAttemptByKey,
  insertFoundAttempt,
  isPaymentOf,
} from '../payouts/attempts.ts';
import { batchStateOf } from '../payouts/batches/records.ts';
import { transition } from '../payouts/machine.ts';
import { outMinor, postSettlement } from '../payouts/postings.ts';
import { findPayout, getPayout, type PayoutRecord, updateGuarded } from '../payouts/repository.ts';
import { isSettled, noteSettled } from '../payouts/settled-attempts.ts';
import type { Work } from '../store/command.ts';
import { bookReversal, type Reversed, settleExpected } from './reversals.ts';
import type { Evidence } from './stored-record.ts';

/** What became of a record. One that `waits` or led to a quarantine is looked at again after its resolution. */
export type Outcome = 'settled' | 'noted' | 'unmatched' | 'quarantined' | 'waits';

export interface Weighed {
  readonly outcome: Outcome;
  /** The payout it is about. */
  readonly payoutId: string | null;
}

/** `before`: what became of it when it was looked at before. */
export async function weigh(work: Work, rail: RailName, record: Evidence, before: Outcome | null): Promise<Weighed> {
  const known = await findAttempt(work.tx, rail, record);
  const elsewhere = known || record.key === null ? null : await findAttemptByKey(work.tx, record.key);
  if (elsewhere) {
    const outcome = await weighElsewhere(work, rail, elsewhere, { record, before });
    return { outcome, payoutId: elsewhere.payoutId };
  }
  const attempt = known ?? (await remembered(work, rail, record));
  if (!attempt) return { outcome: 'unmatched', payoutId: null };
  const outcome = await weighFor(work, attempt, record, { before, isForgotten: known === null });
  return { outcome, payoutId: attempt.payoutId };
}

interface Told {
  readonly record: Evidence;
  readonly before: Outcome | null;
}

/**
 * The number of an attempt that this vault does not remember was given to one on another rail since. No
 * attempt can be written down for it, so that nothing follows from it but what people decide.
 */
async function weighElsewhere(
  work: Work,
  rail: RailName,
  attempt: AttemptRecord,
  { record, before }: Told,
): Promise<Outcome> {
  if (record.neverBegun) return 'noted';
  const payout = await getPayout(work.tx, attempt.payoutId);
  if (payout.status === 'quarantined') return before ?? 'waits';
  const [here, there] = [RAIL_NAMES[rail], RAIL_NAMES[attempt.rail]];
  const reason = `${here} says ${record.status} of a payment under a key that went out over ${there}.`;
  return setAside(work, payout, { record, before }, reason);
}

async function setAside(work: Work, payout: PayoutRecord, { record, before }: Told, reason: string): Promise<Outcome> {
  // It led to a quarantine before, and two people have decided with it in front of them.
  if (before === 'quarantined') return 'noted';
  await transition(work, payout, 'quarantine', {
    reason,
    details: { reference: record.reference, event: record.eventId },
  });
  return 'quarantined';
}

interface Looked {
  readonly before: Outcome | null;
  /** This vault did not remember the attempt until the record told of it. */
  readonly isForgotten: boolean;
}

async function weighFor(
  work: Work,
  attempt: AttemptRecord,
  record: Evidence,
  { before, isForgotten }: Looked,
): Promise<Outcome> {
  const payout = await getPayout(work.tx, attempt.payoutId);
  if (payout.status === 'quarantined') return before ?? 'waits';

  const quarantine = (reason: string) => setAside(work, payout, { record, before }, reason);
  if (record.status === 'unknown') {
    // What a resolution was about anyway.
    if (before === 'waits') return 'noted';
    return quarantine('The provider reports a status that is not known.');
  }
  if (record.status === 'accepted') {
    if (isForgotten) return quarantine('The provider tells of a payment on its way that nobody here remembers.');
    if (record.released && attempt.status === 'unsent')
      return quarantine('The provider is making a payment that was taken to be never sent.');
    return 'noted';
  }
  if (record.neverBegun && !(await answersReleased(work, payout, attempt, record))) {
    // That nothing was paid contradicts only that something was.
    if (attempt.status !== 'completed' || !isNamed(attempt, record)) return 'noted';
    return quarantine('The provider says that it never began a payment that it has made.');
  }
  if (isAnother(attempt, record)) return quarantine('The provider tells of another payment under the same key.');
  if (isReversal(record)) return reverse(work, payout, attempt, record, quarantine);
  if (!sameMoney(attempt, record)) return quarantine('The provider reports another amount or asset than was ordered.');

  if (attempt.status === 'open' && payout.status === 'processing') return answer(work, payout, attempt, record);
  if (attempt.status === 'failed' && record.status === 'failed' && (await isUnderstood(work, payout))) return 'noted';
  if (payout.status === 'completed' && record.status === 'completed') {
    if (await isThePayment(work, payout, attempt)) {
      if (payout.settledAtMs !== null || (await isSettled(work.tx, attempt))) {
        // Told again, and this time with what was taken for it.
        await bookFee(work, attempt, record);
        return 'noted';
      }
      // Edited after the attempt: what people say was paid is not what the provider tells of.
      if (!isPaymentOf(payout, attempt)) return quarantine('What was paid is not what the payout is of now.');
      if (attempt.status !== 'completed') await foundPaid(work, attempt, record);
      return settle(work, payout, attempt, record);
    }
  }
  return quarantine(
    `The provider says ${record.status}, but the payout is ${payout.status} and this attempt ${attempt.status}.`,
  );
}

/** What came back is booked once its payment is settled: before that, the provider has not told of it. */
async function reverse(
  work: Work,
  payout: PayoutRecord,
  attempt: AttemptRecord,
  record: Reversed,
  quarantine: (reason: string) => Promise<Outcome>,
): Promise<Outcome> {
  if (attempt.status === 'open' && payout.status === 'processing') return 'waits';
  if (record.assetId !== attempt.assetId || record.amountMinor <= 0n) {
    return quarantine('The provider says that something came back that cannot have been paid.');
  }
  // People have said so before the provider did, and the payee has had it back.
  if (attempt.status === 'failed' && (await settleExpected(work, attempt, record))) return 'settled';
  if (attempt.status !== 'completed' || payout.status !== 'completed') {
    return quarantine(`The provider says that a payment came back, but the payout is ${payout.status}.`);
  }
  if (!(await isSettled(work.tx, attempt))) return 'waits';
  if (record.amountMinor > (await outMinor(work, payout))) {
    return quarantine('The provider says that more came back than was paid.');
  }
  await bookReversal(work, payout, attempt, record);
  return 'settled';
}

const isNamed = (attempt: AttemptRecord, { reference }: Evidence) => attempt.providerReference === reference;

/** Under the key of a payment that is being made, or was made, and has another name: a second one. */
function isAnother(attempt: AttemptRecord, record: Evidence): boolean {
  if (attempt.status !== 'open' && attempt.status !== 'completed') return false;
  return attempt.providerReference !== null && !isNamed(attempt, record);
}

/**
 * Of a payment that never began and waits in a batch, the whole batch is asked about by whoever looks
 * after it; once a batch is released, each of its payments ends by itself.
 */
async function answersReleased(
  work: Work,
  payout: PayoutRecord,
  attempt: AttemptRecord,
  record: Evidence,
): Promise<boolean> {
  if (attempt.status !== 'open' || payout.status !== 'processing' || !isNamed(attempt, record)) return false;
  return (await batchStateOf(work.tx, attempt.id)) === 'released';
}

const isReversal = (record: Evidence): record is Reversed => record.reversal !== undefined;

/** False where people say that a payout was paid of which no attempt was, as far as anybody knows. */
async function isUnderstood(work: Work, payout: PayoutRecord): Promise<boolean> {
  if (payout.status !== 'completed') return true;
  return (await attemptsOf(work.tx, payout.id)).some(({ status }) => status === 'completed');
}

/** No other attempt of the payout was paid: what the provider says belongs to this one. */
async function isThePayment(work: Work, payout: PayoutRecord, attempt: AttemptRecord): Promise<boolean> {
  const others = (await attemptsOf(work.tx, payout.id)).filter(({ id }) => id !== attempt.id);
  return others.every(({ status }) => status !== 'completed');
}

/** People resolved the payout as completed; now the provider names the attempt. */
function foundPaid(work: Work, attempt: AttemptRecord, { reference }: Evidence): Promise<void> {
  return correctAttempt(work.tx, attempt, {
    status: 'completed',
    reference,
    message: 'paid after all, says the provider',
  });
}

/**
 * A payment under a key of ours that this vault does not remember making: it was restored to a
 * time before. The attempt is written down from the evidence, and people decide about the payout:
 * also while the payment is only on its way, or its very key would be used once more.
 */
async function remembered(work: Work, rail: RailName, record: Evidence): Promise<AttemptRecord | null> {
  const named = record.key === null ? null : attemptFromKey(record.key);
  const isOver = record.status === 'completed' || record.status === 'failed';
  if (!named || (!isOver && record.neverBegun)) return null;
  // Whatever rail it is to go out on as this vault remembers it: it was paid over this one.
  const payout = await findPayout(work.tx, named.payoutId);
  if (!payout) return null;
  return insertFoundAttempt(work.tx, work.nowMs, {
    id: work.ids.next('attempt'),
    payoutId: payout.id,
    number: named.number,
    rail,
    key: record.key as string,
    assetId: payout.assetId,
    amountMinor: payout.amountMinor,
    address: payout.destination.address,
    status: statusOf(record),
    providerReference: record.reference,
  });
}

function statusOf({ status, neverBegun }: Evidence): AttemptRecord['status'] {
  if (neverBegun) return 'unsent';
  return status === 'completed' || status === 'failed' ? status : 'open';
}

/** The answer to our request was lost or is still open; the provider's own record is the answer. */
async function answer(work: Work, payout: PayoutRecord, attempt: AttemptRecord, record: Evidence): Promise<Outcome> {
  const details = { attempt: attempt.key, reference: record.reference };
  if (record.status === 'failed') {
    await endAttempt(work.tx, attempt, work.nowMs, { status: 'failed', reference: record.reference, message: null });
    await transition(work, payout, 'fail', { reason: 'The provider says it failed.', details });
    return 'noted';
  }
  await endAttempt(work.tx, attempt, work.nowMs, { status: 'completed', reference: record.reference, message: null });
  return settle(work, await transition(work, payout, 'complete', { details }), attempt, record);
}

async function settle(work: Work, payout: PayoutRecord, attempt: AttemptRecord, record: Evidence): Promise<Outcome> {
  await postSettlement(work, payout, record.atMs);
  await noteSettled(work.tx, attempt, work.nowMs, record.reference);
  await bookFee(work, attempt, record);
  await updateGuarded(work.tx, payout, work.nowMs, { settled_at_ms: BigInt(work.nowMs) });
  work.audit({
    action: 'payout.settle',
    subject: `payout:${payout.id}`,
    details: { reference: record.reference, event: record.eventId },
  });
  work.emit({ name: 'payout.settled', subject: `payout:${payout.id}` });
  return 'settled';
}

/** What the provider took for itself, once; what it says of the same fee later is for reconciliation. */
async function bookFee(work: Work, { rail, payoutId }: AttemptRecord, { fee, atMs }: Evidence): Promise<void> {
  if (!fee || fee.amountMinor <= 0n) return;
  const { reference, ...taken } = fee;
  const key = `${rail}:${reference}`;
  if (await isFeePosted(work.tx, key)) return;
  await postFees(work, [{ ...taken, key, effectiveAtMs: atMs, payoutId }]);
}

function sameMoney(attempt: AttemptRecord, record: Evidence): boolean {
  return attempt.amountMinor === record.amountMinor && attempt.assetId === record.assetId;
}
