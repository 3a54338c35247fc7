/**
 * Drives payouts over a provider. Control flow lives here; the steps are transactions of their
 * own, and the provider is only ever asked between them:
 *
 *   1. `startPayout` proves the approvals again and writes the attempt down with its key.
 *   2. The provider is asked.
 *   3. `recordAnswer` writes down what it said.
 *
 * After a crash an attempt is still open: `resumeAttempt` looks it up by its key first, and asks
 * again only when the provider knows nothing of it and the approvals prove once more.
 */
import { proveApprovals } from '../approvals/prove.ts';
import { Refusal } from '../errors/refusal.ts';
import {
  type PayoutOrder,
  type PayoutProvider,
  type ProviderAnswer,
  ProviderRefused,
  ProviderUnreachable,
} from '../rails/provider.ts';
import { type Actor, type AuditDraft, perform, type Treasury, type Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { fenceStatus } from './fence.ts';
import { freezeOver } from './freezes.ts';
import { transition } from './machine.ts';
import {
  type AttemptRecord,
  endAttempt,
  getPayout,
  openAttempts,
  openAttemptsOf,
  type PayoutRecord,
} from './repository.ts';
import { type DuePayout, type StartedAttempt, startAttempt, startableNow, whyUnproven } from './start.ts';

export interface Driver {
  readonly treasury: Treasury;
  readonly actor: Actor;
  readonly provider: PayoutProvider;
}

export interface DriveResult {
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly waiting: number;
  /** Approved and due, but the treasury does not hold enough, or does not have it at the provider. */
  readonly unfunded: number;
  /** Approved and due, but a limit of the policy is used up, or a test payment has to arrive first. */
  readonly held: number;
}

/** What a crash left open that one round looks up; more waits for the next. */
const ROUND_MAX = 10_000;

/** One round: what a crash left open first, then what is approved, oldest first. */
export async function drivePayouts(driver: Driver): Promise<DriveResult> {
  const tally = { started: 0, completed: 0, failed: 0, waiting: 0, unfunded: 0, held: 0 };
  const count = (payout: PayoutRecord) => {
    if (payout.status === 'completed') tally.completed += 1;
    else if (payout.status === 'failed') tally.failed += 1;
    else tally.waiting += 1;
  };
  for (const attempt of await openAttempts(driver.treasury.writer, driver.provider.rail, ROUND_MAX)) {
    count(await resumeAttempt(driver, attempt));
  }
  const { writer, clock } = driver.treasury;
  const { due, unfunded, held } = await startableNow(writer, driver.provider.rail, clock.nowMs());
  const covered = await coveredBy(driver.provider, due);
  tally.unfunded = unfunded + due.length - covered.length;
  tally.held = held;
  for (const { id } of covered) {
    const attempt = await startPayout(driver, id);
    if (!attempt) continue;
    tally.started += 1;
    count(await askProvider(driver, attempt));
  }
  return tally;
}

/**
 * Those that what lies at the provider covers together, oldest first. An asset that it does not list
 * has nothing there; while it does not answer, nothing is begun.
 */
async function coveredBy(provider: PayoutProvider, due: readonly DuePayout[]): Promise<readonly DuePayout[]> {
  if (!provider.balances || due.length === 0) return due;
  try {
    const left = new Map<string, bigint>();
    for (const { assetId, availableMinor } of await provider.balances()) left.set(assetId, availableMinor);
    return due.filter(({ assetId, amountMinor }) => {
      const rest = (left.get(assetId) ?? 0n) - amountMinor;
      if (rest >= 0n) left.set(assetId, rest);
      return rest >= 0n;
    });
  } catch (error) {
    if (error instanceof ProviderUnreachable) return [];
    throw error;
  }
}

/** Null when the payout did not start: it was refused, sent back or quarantined, and that is written down. */
async function startPayout(driver: Driver, id: string): Promise<StartedAttempt | null> {
  try {
    return await perform(driver.treasury, commandOf(driver, 'payout.start'), (work) => startAttempt(work, id));
  } catch (error) {
    // Refused and audited by `perform`; the next round tries again.
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** The provider may or may not have been asked before the crash: it knows by the key. */
async function resumeAttempt(driver: Driver, attempt: AttemptRecord): Promise<PayoutRecord> {
  let known: ProviderAnswer | null;
  try {
    known = await driver.provider.lookup(attempt.key);
  } catch (error) {
    if (error instanceof ProviderUnreachable) return getPayout(driver.treasury.writer, attempt.payoutId);
    throw error;
  }
  if (known) return recordAnswer(driver, attempt, known);
  // The provider knows nothing of it, so asking would be paying: behind a fence the payment may have
  // been made under a later key that this vault does not remember, and a freeze stops payments.
  const { writer, clock } = driver.treasury;
  const payout = await getPayout(writer, attempt.payoutId);
  if (!(await mayAsk(writer, payout))) return payout;
  // A status and an attempt are easily written by whoever has the database; approvals are not.
  const proof = await proveApprovals(writer, payout, clock.nowMs());
  if (proof.holds) return askProvider(driver, { ...attempt, payout });
  const details = { attempt: attempt.key };
  return record(driver, attempt, details, (work, now) =>
    transition(work, now, 'quarantine', { reason: whyUnproven(proof), details }),
  );
}

async function mayAsk(reader: Reader, payout: PayoutRecord): Promise<boolean> {
  return (await fenceStatus(reader)).fencedAtMs === null && (await freezeOver(reader, payout)) === null;
}

/** What is asked for is what was proven; the records are read again only for whether it is to be asked at all. */
async function askProvider(driver: Driver, attempt: StartedAttempt): Promise<PayoutRecord> {
  const reader = driver.treasury.writer;
  const payout = await getPayout(reader, attempt.payoutId);
  // It was set aside, or its attempt ended as never sent, while this round was busy with others.
  if (payout.status !== 'processing' || !(await isOpen(reader, attempt))) return payout;
  try {
    return await recordAnswer(driver, attempt, await driver.provider.createPayout(orderOf(attempt.payout, attempt)));
  } catch (error) {
    if (error instanceof ProviderRefused) return recordRefused(driver, attempt, error);
    // Nobody knows whether it was taken. The attempt stays open and is looked up in the next round.
    if (error instanceof ProviderUnreachable) return payout;
    throw error;
  }
}

async function isOpen(reader: Reader, attempt: AttemptRecord): Promise<boolean> {
  return (await openAttemptsOf(reader, attempt.payoutId)).some(({ id }) => id === attempt.id);
}

function orderOf(payout: PayoutRecord, attempt: AttemptRecord): PayoutOrder {
  return {
    key: attempt.key,
    payoutId: payout.id,
    address: payout.destination.address,
    memo: payout.destination.memo,
    extraId: payout.destination.extraId,
    currency: payout.destination.currency,
    assetId: payout.assetId,
    amountMinor: payout.amountMinor,
  };
}

async function recordAnswer(driver: Driver, attempt: AttemptRecord, answer: ProviderAnswer): Promise<PayoutRecord> {
  const { status, reference, message } = answer;
  if (status === 'accepted') return getPayout(driver.treasury.writer, attempt.payoutId);
  const details = { attempt: attempt.key, reference, said: answer.rawStatus };
  return record(driver, attempt, details, async (work, payout) => {
    if (status === 'unknown') {
      const reason = `The provider answered with a status that is not known: ${answer.rawStatus}`;
      return transition(work, payout, 'quarantine', { reason, details });
    }
    await endAttempt(work.tx, attempt, work.nowMs, { status, reference, message });
    return status === 'completed'
      ? transition(work, payout, 'complete', { details })
      : transition(work, payout, 'fail', { reason: message ?? answer.rawStatus, details });
  });
}

async function recordRefused(driver: Driver, attempt: AttemptRecord, refused: ProviderRefused): Promise<PayoutRecord> {
  const { message, mayRetry } = refused;
  const details = { attempt: attempt.key };
  return record(driver, attempt, { ...details, said: message }, async (work, payout) => {
    if (mayRetry) {
      await endAttempt(work.tx, attempt, work.nowMs, { status: 'unsent', reference: null, message });
      return transition(work, payout, 'unsent', { reason: message, details });
    }
    await endAttempt(work.tx, attempt, work.nowMs, { status: 'failed', reference: null, message });
    return transition(work, payout, 'fail', { reason: message, details });
  });
}

/**
 * Writes an outcome down, unless sync or people were first: then the answer is only noted, and the
 * provider's own record of it is weighed as evidence when it comes.
 */
async function record(
  driver: Driver,
  attempt: AttemptRecord,
  said: AuditDraft['details'],
  outcome: (work: Work, payout: PayoutRecord) => Promise<PayoutRecord>,
): Promise<PayoutRecord> {
  const { writer } = driver.treasury;
  try {
    return await perform(driver.treasury, commandOf(driver, 'payout.record'), async (work) => {
      const payout = await getPayout(work.tx, attempt.payoutId);
      if (payout.status === 'processing' && (await isOpen(work.tx, attempt))) return outcome(work, payout);
      work.audit({ action: 'payout.late_answer', subject: `payout:${payout.id}`, details: { ...said } });
      return payout;
    });
  } catch (error) {
    // Decided at the same moment; refused and audited by `perform`.
    if (error instanceof Refusal && error.code === 'payout.stale') return getPayout(writer, attempt.payoutId);
    throw error;
  }
}

function commandOf(driver: Driver, action: string) {
  return {
    action,
    actor: driver.actor,
    origin: { host: 'engine', ip: null, userAgent: null, correlationId: `${driver.actor.id}` },
  };
}
