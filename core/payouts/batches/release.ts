/**
 * Gives the provider the code of a batch. That is the moment in which money moves: everything that had
 * to hold when its payouts were started is proven again, of each of them, in the very transaction that
 * writes down that a code is about to be given.
 */
import { forbidden } from '../../access/errors.ts';
import { refuseUntrusted } from '../../access/may-pay.ts';
import { soundTrust } from '../../access/trust/trust.ts';
import { proveApprovals } from '../../approvals/prove.ts';
import { refuseInvolvedSigner } from '../../approvals/separate-signer.ts';
import { refuseUnpayable } from '../../payees/payable.ts';
import { holdPayee } from '../../payees/payees.ts';
import { providerSilent } from '../../providers/errors.ts';
import type { Quote } from '../../rails/estimates.ts';
import { type CodeAnswer, type PayoutBatches, ProviderUnreachable, type TakenBatch } from '../../rails/provider.ts';
import { type CommandName, perform, type Treasury, type Work } from '../../store/command.ts';
import { orderOf, plannedOrderOf } from '../answers.ts';
import { refuseFenced } from '../fence.ts';
import { refuseFrozenSoFar } from '../freezes.ts';
import { holdStill } from '../hold-still.ts';
import { transition } from '../machine.ts';
import { lockPayout } from '../repository.ts';
import { whyUnproven } from '../start.ts';
import { refuseAnyUnweighed } from '../unweighed.ts';
import { differenceInNamed } from './agree.ts';
import { noteReleasedElsewhere } from './elsewhere.ts';
import {
  batchState,
  earlierUnanswered,
  quoteExpired,
  timeOver,
  triesUsedUp,
  unanswered,
  withheldFrom,
  wrongCode,
} from './errors.ts';
import { type AskForQuote, agreedQuote, type SeenFees } from './quote.ts';
import {
  type BatchChange,
  type BatchRecord,
  changeBatch,
  getBatch,
  type PaymentInBatch,
  paymentsIn,
  subjectOf,
} from './records.ts';

export interface Releaser {
  readonly treasury: Treasury;
  readonly batches: PayoutBatches;
  readonly command: CommandName;
  /** Where a person gives the code: what the provider charges, and what of that they saw. */
  readonly fee?: { readonly quote: AskForQuote; readonly seen: SeenFees };
}

export async function releaseBatch(releaser: Releaser, id: string, code: string): Promise<BatchRecord> {
  const { treasury, batches, command } = releaser;
  const batch = await getBatch(treasury.writer, id);
  const quote = await quotedFor(releaser, batch);
  const nowMs = () => treasury.clock.nowMs();
  const held = await heldUnder(batches, batch, nowMs);
  const { answer, given } = await give({ batches, batch, nowMs }, code, async () => {
    const about = await perform(treasury, command, (work) => aboutToGive(work, id, { held, quote }));
    if (about.after.withheld !== null) throw withheldFrom(id, about.after.withheld);
    return about;
  });
  const after = await perform(treasury, { ...command, action: 'batch.code_answer' }, (work) =>
    writeAnswer(work, given, answer),
  );
  if (answer.taken) return after;
  if (after.state !== 'needs_code') throw batchState(id, after.state);
  if (after.codeGivenBy !== null) throw earlierUnanswered(id, answer.said);
  throw wrongCode(id, after.triesMax - after.tries, answer.said);
}

const waitsForCode = ({ reference, state, withheld }: BatchRecord): boolean =>
  reference !== null && state === 'needs_code' && withheld === null;

/** One that expired is asked for anew. Null where none was seen and none can be told, and where no person gives the code. */
async function quotedFor({ treasury, fee }: Releaser, batch: BatchRecord): Promise<Quote | null> {
  if (!fee || !waitsForCode(batch)) return null;
  const payments = await paymentsIn(treasury.writer, batch);
  return agreedQuote(batch, await fee.quote(payments.map(({ payout }) => plannedOrderOf(payout))), fee.seen);
}

/** The batch that the code would release, as the provider tells of it now; null while there is none. */
async function heldUnder(batches: PayoutBatches, batch: BatchRecord, nowMs: () => number): Promise<TakenBatch | null> {
  const { rail, reference } = batch;
  if (reference === null || !waitsForCode(batch)) return null;
  try {
    return await batches.get(reference);
  } catch (error) {
    if (error instanceof ProviderUnreachable) throw providerSilent(rail, error, nowMs());
    throw error;
  }
}

/** The batch before and after it was written down that a code is about to be given. */
interface Given {
  readonly before: BatchRecord;
  readonly after: BatchRecord;
}

/** `prove` runs when all is ready and the code would leave next, so that nothing comes between the two. */
async function give(
  { batches, batch, nowMs }: { batches: PayoutBatches; batch: BatchRecord; nowMs: () => number },
  code: string,
  prove: () => Promise<Given>,
): Promise<{ readonly answer: CodeAnswer; readonly given: Given }> {
  const { id, rail, reference } = batch;
  let given = null as Given | null;
  try {
    const answer = await batches.release(reference ?? '', code, async () => {
      given = sinceFirst(given, await prove());
    });
    if (given === null) throw new Error('A code was given before anything was proven');
    return { answer, given };
  } catch (error) {
    if (!(error instanceof ProviderUnreachable)) throw error;
    // Once it left it may have been taken: the next look at the batch tells.
    throw given !== null ? unanswered(id) : providerSilent(rail, error, nowMs());
  }
}

/** Sent again after a new sign-in: what was written down the first time is no earlier code. */
function sinceFirst(first: Given | null, again: Given): Given {
  return first?.after.version === again.before.version ? { before: first.before, after: again.after } : again;
}

const NO_CODE = { code_given_at_ms: null, code_given_by: null } as const satisfies BatchChange;

/** What was asked of the provider before. */
interface Found {
  readonly held: TakenBatch | null;
  readonly quote: Quote | null;
}

/** The batch as it is when the code may be given; or withheld, which is written down and stays. */
async function aboutToGive(work: Work, id: string, { held, quote }: Found): Promise<Given> {
  await holdStill(work.tx);
  const batch = await getBatch(work.tx, id);
  if (batch.state !== 'needs_code') throw batchState(id, batch.state);
  if (batch.withheld !== null) throw withheldFrom(id, batch.withheld);
  if (batch.expiresAtMs !== null && work.nowMs >= batch.expiresAtMs) throw timeOver(id, batch.expiresAtMs);
  if (batch.tries >= batch.triesMax) throw triesUsedUp(id);
  if (quote !== null && work.nowMs >= quote.expiresAtMs) throw quoteExpired(id, quote.expiresAtMs);
  await refuseFenced(work.tx);
  await refuseUntrusted(work.tx, batch.rail);
  await refuseNoSigner(work);
  const payments = await keptPayments(work, batch);
  const payouts = payments.map(({ payout }) => payout);
  await refuseInvolvedSigner(work.tx, work.actor, payouts);
  for (const payout of payouts) {
    await refuseFrozenSoFar(work.tx, payout);
    await refuseUnpayable(work.tx, payout, work.nowMs);
  }
  const why = (await whyNotReleased(work, payments)) ?? whyAnother(batch, held, payments);
  if (why !== null) return { before: batch, after: await withhold(work, batch, why) };
  await refuseAnyUnweighed(work.tx, payouts);
  work.audit({
    action: 'batch.give_code',
    subject: subjectOf(batch),
    details: {
      reference: batch.reference,
      try: batch.tries + 1,
      payouts: payments.map(({ attempt }) => attempt.key),
      ...(quote && { fees: [...quote.fees].map(([assetId, feeMinor]) => `${assetId} ${feeMinor}`) }),
    },
  });
  const after = await changeBatch(work.tx, batch, {
    tries: BigInt(batch.tries + 1),
    code_given_at_ms: BigInt(work.nowMs),
    code_given_by: work.actor.name,
  });
  return { before: batch, after };
}

/** Since the call was let in, somebody may have left, or have got other roles. */
async function refuseNoSigner({ tx, actor }: Work): Promise<void> {
  if (actor.kind !== 'staff') return;
  const person = (await soundTrust(tx)).people.get(actor.id);
  if (person?.status !== 'active' || !person.roles.includes('signer')) throw forbidden('signer');
}

/** Kept from changing until the code is written down: another server sets aside before that, or after it. */
async function keptPayments(work: Work, batch: BatchRecord): Promise<readonly PaymentInBatch[]> {
  const payouts = (await paymentsIn(work.tx, batch)).map(({ payout }) => payout);
  // In the order in which everybody takes several, so that nobody waits for each other.
  for (const { id, payeeId } of payouts.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    await lockPayout(work.tx, id);
    await holdPayee(work.tx, payeeId);
  }
  return paymentsIn(work.tx, batch);
}

/**
 * The name of the batch is kept beside the approvals and not under them, as is that it was withheld: what
 * the provider would release under that name is compared with what was just proven.
 */
function whyAnother(batch: BatchRecord, held: TakenBatch | null, payments: readonly PaymentInBatch[]): string | null {
  // Named after it was looked at, or since then otherwise.
  if (held === null || held.reference !== batch.reference) throw batchState(batch.id, batch.state);
  const named = payments.map(({ payout, attempt }) => ({
    order: orderOf(payout, attempt),
    name: attempt.providerReference,
  }));
  const difference = differenceInNamed(held, named);
  return difference === null ? null : `The provider holds another batch than was ordered: ${difference}.`;
}

/** One code releases all of them: one that must not be paid keeps all of them back. */
async function whyNotReleased(work: Work, payments: readonly PaymentInBatch[]): Promise<string | null> {
  let why: string | null = null;
  for (const { payout, attempt } of payments) {
    if (payout.status !== 'processing' || attempt.status !== 'open') {
      why ??= `${payout.reference} is ${payout.status} and waits for its release no more.`;
      continue;
    }
    const proof = await proveApprovals(work.tx, payout, work.nowMs);
    if (proof.holds) continue;
    const reason = whyUnproven(proof);
    why ??= `${payout.reference}: ${reason}`;
    if (proof.because === 'tampered') await transition(work, payout, 'quarantine', { reason });
  }
  return why;
}

async function withhold(work: Work, before: BatchRecord, withheld: string): Promise<BatchRecord> {
  const batch = await changeBatch(work.tx, before, { withheld });
  work.audit({ action: 'batch.withhold', subject: subjectOf(batch), details: { withheld } });
  const payload = { rail: batch.rail, payments: batch.payments };
  work.emit({ name: 'batch.withheld', subject: subjectOf(batch), payload });
  return batch;
}

async function writeAnswer(work: Work, given: Given, answer: CodeAnswer): Promise<BatchRecord> {
  const batch = await getBatch(work.tx, given.after.id);
  if (answer.taken) return released(work, batch, work.actor.name);
  work.audit({ action: 'batch.code_refused', subject: subjectOf(batch), details: { said: answer.said } });
  // A look at it may have been quicker to see that it is released, or over.
  if (batch.state !== 'needs_code') return batch;
  return changeBatch(work.tx, batch, { ...stillUnanswered(batch, given), said: answer.said });
}

/**
 * Of which code it is not known whether it was taken, when this one was not. A refusal may well say that
 * the batch is released already: by the code before, whose answer was lost, or by another person's of this
 * moment. Without its name the next look would find that nobody here has released it.
 */
function stillUnanswered(batch: BatchRecord, { before, after }: Given): BatchChange {
  const isThisOne = batch.codeGivenAtMs === after.codeGivenAtMs && batch.codeGivenBy === after.codeGivenBy;
  // Another is, that was given after this one.
  if (!isThisOne) return {};
  // Each code since then was written down twice, given and refused. One change more may have been the refusal
  // of the code before; where that is not known, nobody here is named.
  const isAsBefore = batch.version - after.version === 2n * BigInt(batch.tries - after.tries);
  if (!isAsBefore || before.codeGivenAtMs === null) return NO_CODE;
  return { code_given_at_ms: BigInt(before.codeGivenAtMs), code_given_by: before.codeGivenBy };
}

/** Somebody's code was taken, here or on the provider's own pages: whose, a look knows only by which has no answer. */
export async function released(work: Work, batch: BatchRecord, by = batch.codeGivenBy): Promise<BatchRecord> {
  if (batch.state === 'released') {
    work.audit({ action: 'batch.release', subject: subjectOf(batch), details: { reference: batch.reference } });
    return batch;
  }
  const after = await changeBatch(work.tx, batch, {
    state: 'released',
    said: null,
    released_by: by,
    ...NO_CODE,
    ended_at_ms: BigInt(work.nowMs),
  });
  if (by === null) await noteReleasedElsewhere(work, after);
  else work.audit({ action: 'batch.release', subject: subjectOf(after), details: { reference: after.reference, by } });
  const payload = { rail: after.rail, payments: after.payments };
  work.emit({ name: 'batch.released', subject: subjectOf(after), payload });
  return after;
}
