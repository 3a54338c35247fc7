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
import { type ProviderAnswer, ProviderRefused, ProviderUnreachable } from '../rails/provider.ts';
import { perform } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import {
  commandOf,
  type DriveResult,
  type Driver,
  goesOn,
  isOpen,
  orderOf,
  record,
  recordAnswer,
  recordRefused,
} from './answers.ts';
import { restAttempt } from './attempt-rests.ts';
import { type AttemptRecord, openAttempts } from './attempts.ts';
import { driveBatches } from './batches/drive.ts';
import { coveredBy } from './covered.ts';
import { fenceStatus } from './fence.ts';
import { freezeOver } from './freezes.ts';
import { transition } from './machine.ts';
import { getPayout, type PayoutRecord } from './repository.ts';
import { type StartedAttempt, startAttempt, startableNow, whyUnproven } from './start.ts';
import { unweighedOf } from './unweighed.ts';

/** What a crash left open that one round looks up; more waits for the next. */
const ROUND_MAX = 10_000;

/** One round: what a crash left open first, then what is approved, oldest first. */
export async function drivePayouts(driver: Driver): Promise<DriveResult> {
  const { batches } = driver.provider;
  if (batches) return driveBatches(driver, batches);
  const tally = { started: 0, completed: 0, failed: 0, waiting: 0, unfunded: 0, held: 0 };
  const count = (payout: PayoutRecord) => {
    if (payout.status === 'completed') tally.completed += 1;
    else if (payout.status === 'failed') tally.failed += 1;
    else tally.waiting += 1;
  };
  const { writer, clock } = driver.treasury;
  const awakeAtMs = driver.despiteRests ? null : clock.nowMs();
  for (const attempt of await openAttempts(writer, driver.provider.rail, { awakeAtMs, limit: ROUND_MAX })) {
    if (!(await goesOn(driver))) return tally;
    count(await resumeAttempt(driver, attempt));
  }
  const { due, unfunded, held } = await startableNow(writer, driver.provider.rail, clock.nowMs(), driver);
  const covered = await coveredBy(driver.provider, due);
  tally.unfunded = unfunded + due.length - covered.length;
  tally.held = held;
  for (const { id } of covered) {
    if (!(await goesOn(driver))) return tally;
    const attempt = await startPayout(driver, id);
    if (!attempt) continue;
    tally.started += 1;
    count(await askProvider(driver, attempt));
  }
  return tally;
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
    if (error instanceof ProviderUnreachable) return staysOpen(driver, attempt, error);
    throw error;
  }
  if (known) return recordAnswer(driver, attempt, known);
  // The provider knows nothing of it, so asking would be paying: behind a fence the payment may have
  // been made under a later key that this vault does not remember, a freeze stops payments, and what it
  // told before may say that this was paid.
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
  return (
    (await fenceStatus(reader)).fencedAtMs === null &&
    (await freezeOver(reader, payout)) === null &&
    (await unweighedOf(reader, payout.id)) === null
  );
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
    if (error instanceof ProviderUnreachable) return staysOpen(driver, attempt, error);
    throw error;
  }
}

/**
 * Nobody knows whether it was taken. The attempt stays open and is looked up in another round: the next
 * one, unless it is the only one that nothing is known of; where the provider is silent, all of its rail rest.
 */
async function staysOpen(
  { treasury }: Driver,
  attempt: AttemptRecord,
  { onlyThis }: ProviderUnreachable,
): Promise<PayoutRecord> {
  if (onlyThis) await restAttempt(treasury, attempt);
  return getPayout(treasury.writer, attempt.payoutId);
}
