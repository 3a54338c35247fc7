/** Writes down what the network's own record of a transaction proves for each of its payouts. */
import { postFees } from '../../ledger/fees.ts';
import { assetId } from '../../money/assets.ts';
import type { ChainRail } from '../../rails/chain.ts';
import type { ProviderRecord } from '../../rails/provider.ts';
import { perform, type Work } from '../../store/command.ts';
import { takeRecords } from '../../sync/records.ts';
import { endAttempt } from '../attempts.ts';
import { transition } from '../machine.ts';
import { openClaim } from './claims.ts';
import { subjectOf } from './create.ts';
import { type ChainDesk, commandOf, refuseElsewhere } from './desk.ts';
import { notDiscardable, wrongState } from './errors.ts';
import { type Meaning, meaningOfOperation } from './outcomes.ts';
import { nativeAsset } from './plan.ts';
import { reclaimed } from './reclaim.ts';
import {
  type ChainChange,
  type ChainRecord,
  changeTransaction,
  getTransaction,
  isUnderWay,
  type PaymentRecord,
  paymentsOf,
  reclaimsOf,
  referenceOf,
} from './records.ts';
import { type InLedger, lookFor, type Sight } from './sight.ts';

type Conclusive = Exclude<Sight, { kind: 'waiting' }>;

/** One look. What it gives back has ended, or nothing is known yet. */
export async function confirmSubmittedTransaction(desk: ChainDesk, id: string): Promise<ChainRecord> {
  const { treasury } = desk;
  const record = await getTransaction(treasury.writer, id);
  if (!isUnderWay(record)) return record;
  refuseElsewhere(desk, record);
  const sight = await lookFor(desk, record);
  if (sight.kind === 'waiting') return record;
  return perform(treasury, commandOf(desk, 'chain.confirm'), (work) => writeDown(work, desk, id, sight));
}

/** Looks again and again for a while. That it was not found in that while proves nothing. */
export async function pollConfirmation(desk: ChainDesk, id: string): Promise<ChainRecord> {
  let record = await confirmSubmittedTransaction(desk, id);
  for (let poll = 1; poll < desk.settings.pollsMax && isUnderWay(record); poll++) {
    await desk.sleep(desk.settings.pollMs);
    record = await confirmSubmittedTransaction(desk, id);
  }
  return record;
}

async function writeDown(work: Work, { rail }: ChainDesk, id: string, sight: Conclusive): Promise<ChainRecord> {
  const record = await getTransaction(work.tx, id);
  if (!isUnderWay(record)) {
    // Somebody else looked at the same moment; the ledger says the same to both.
    work.audit({
      action: 'chain.confirm',
      subject: subjectOf(record),
      details: { hash: record.hash, known: record.state },
    });
    return record;
  }
  const payments = await paymentsOf(work.tx, record.id);
  if (sight.kind === 'gone') return never(work, record, payments, 'not_found');
  if (sight.kind === 'unproven') return unproven(work, record, payments);
  const { found } = sight;
  return found.status === 'success'
    ? succeeded(work, rail, record, payments, found)
    : failed(work, record, payments, found);
}

/** The ledger is the network's own record: what it shows is completed and settled in one. */
async function succeeded(
  work: Work,
  rail: ChainRail,
  record: ChainRecord,
  payments: readonly PaymentRecord[],
  found: InLedger,
): Promise<ChainRecord> {
  await takeRecords(
    work,
    'stellar',
    payments.map(({ position, attempt }): ProviderRecord => {
      const reference = referenceOf(record, position);
      return {
        eventId: reference,
        reference,
        key: attempt.key,
        status: 'completed',
        amountMinor: attempt.amountMinor,
        assetId: attempt.assetId,
        atMs: found.closeTimeS * 1000,
        raw: JSON.stringify({ hash: record.hash, ledger: found.ledger, words: found.words, position }),
      };
    }),
  );
  for (const payment of payments) {
    // By its bytes: what the payout is to be paid by may have been edited since it was sent.
    const made = rail.balanceIn(record.envelope, payment.position);
    if (made) await openClaim(work, record, payment, made, found);
  }
  await reclaimed(work, record, await reclaimsOf(work.tx, record.id), found);
  return inLedger(work, record, found, 'confirmed');
}

/** Whole transactions fail: one payment's fault sends the others back to where they wait. */
async function failed(
  work: Work,
  record: ChainRecord,
  payments: readonly PaymentRecord[],
  found: InLedger,
): Promise<ChainRecord> {
  const whole = found.operations.length === 0;
  for (const payment of payments) {
    const word = found.operations[record.call ? 0 : payment.position];
    // A ledger that took no part of it says nothing against any payment.
    const meaning = whole ? 'later' : meaningIn(record, word ?? 'unknown');
    await notPaid(work, record, payment, meaning, [found.words, word].filter(Boolean).join(' '));
  }
  return inLedger(work, record, found, 'failed');
}

/** A call fails for all whom it pays, and says not whose fault it was: each is tried by itself, and then it does. */
function meaningIn({ call, payments }: ChainRecord, word: string): Meaning {
  if (!call || word !== 'op_trapped') return meaningOfOperation(word);
  return payments > 1 ? 'later' : 'gone';
}

async function notPaid(
  work: Work,
  record: ChainRecord,
  { position, payout, attempt }: PaymentRecord,
  meaning: Meaning,
  words: string,
): Promise<void> {
  const reference = referenceOf(record, position);
  const details = { attempt: attempt.key, reference, said: words };
  if (attempt.status === 'open') {
    const status = meaning === 'gone' ? 'failed' : 'unsent';
    await endAttempt(work.tx, attempt, work.nowMs, { status, reference, message: words });
  }
  if (payout.status !== 'processing') {
    // People set it aside meanwhile; that it was not paid is what they need to resolve it.
    work.audit({ action: 'payout.late_answer', subject: `payout:${payout.id}`, details });
    return;
  }
  switch (meaning) {
    case 'gone':
      await transition(work, payout, 'fail', { reason: `The network refused the payment: ${words}.`, details });
      return;
    case 'later':
      await transition(work, payout, 'unsent', { reason: `Its transaction took no effect: ${words}.`, details });
      return;
    case 'ask':
      await transition(work, payout, 'quarantine', {
        reason: `The network refused the payment in words that are not known: ${words}.`,
        details,
      });
  }
}

async function never(
  work: Work,
  record: ChainRecord,
  payments: readonly PaymentRecord[],
  words: string,
): Promise<ChainRecord> {
  for (const payment of payments) await notPaid(work, record, payment, 'later', words);
  return ended(work, record, 'expired', { words });
}

/** Whether it happened cannot be known from here: nothing goes back to where it could be paid again. */
async function unproven(work: Work, record: ChainRecord, payments: readonly PaymentRecord[]): Promise<ChainRecord> {
  for (const { position, payout, attempt } of payments) {
    if (payout.status !== 'processing') continue;
    await transition(work, payout, 'quarantine', {
      reason:
        'The time of its transaction is over, and no history that could be asked reaches back far enough to say whether it was paid.',
      details: { attempt: attempt.key, reference: referenceOf(record, position) },
    });
  }
  return ended(work, record, 'expired', { words: 'unproven' });
}

/** The fee is paid whether it succeeded or not, and once, however many payments it was for. */
async function inLedger(
  work: Work,
  record: ChainRecord,
  found: InLedger,
  state: 'confirmed' | 'failed',
): Promise<ChainRecord> {
  if (found.feeMinor > 0n) {
    await postFees(work, [
      {
        key: `${record.network}:${record.hash}`,
        assetId: assetId(nativeAsset(record.network)),
        amountMinor: found.feeMinor,
        effectiveAtMs: found.closeTimeS * 1000,
        // What a fee account holds was never counted among the treasury's funds.
        from: found.feeSource === record.source ? 'treasury' : 'bank',
      },
    ]);
  }
  const words = [found.words, ...new Set(found.operations)].join(' ').slice(0, 500);
  return ended(work, record, state, {
    words,
    ledger: BigInt(found.ledger),
    fee_charged_minor: found.feeMinor,
    fee_source: found.feeSource,
  });
}

async function ended(
  work: Work,
  record: ChainRecord,
  state: 'confirmed' | 'failed' | 'expired',
  said: Pick<ChainChange, 'ledger' | 'fee_charged_minor' | 'fee_source'> & { readonly words: string },
): Promise<ChainRecord> {
  work.audit({
    action: `chain.${state}`,
    subject: subjectOf(record),
    details: { hash: record.hash, words: said.words, ...(said.ledger ? { ledger: Number(said.ledger) } : {}) },
  });
  work.emit({ name: `chain.${state}`, subject: subjectOf(record) });
  return changeTransaction(work.tx, record, { ...said, state, ended_at_ms: BigInt(work.nowMs) });
}

/**
 * A transaction that nobody has signed and whose bytes never left can be taken back at once: there
 * is nothing in the world that could be submitted. Of any other, only the end of its time is proof.
 */
export function discardTransaction(work: Work, id: string): Promise<ChainRecord> {
  return withdrawUnsigned(work, id, 'discarded');
}

export async function withdrawUnsigned(work: Work, id: string, words: string): Promise<ChainRecord> {
  const record = await getTransaction(work.tx, id);
  if (record.signedEnvelope !== null) throw notDiscardable(record.id, 'signed');
  if (record.handedOutAtMs !== null) throw notDiscardable(record.id, 'handed_out');
  if (record.state !== 'built') throw wrongState(record.id, record.state);
  return never(work, record, await paymentsOf(work.tx, record.id), words);
}
