/**
 * Puts approved payouts into the next batch. It is written down with an attempt of each before the
 * provider is asked, and is asked for exactly once: what became of it is looked up.
 */
import type { RailName } from '../../contract/payees.ts';
import { Refusal } from '../../errors/refusal.ts';
import { OrdersRefused, type PayoutBatches, ProviderRefused, ProviderUnreachable } from '../../rails/provider.ts';
import { perform, type Work } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { commandOf, type Driver, orderOf } from '../answers.ts';
import type { StartedAttempt } from '../start.ts';
import { NotStarted, settleNotStarted, startWithOthers } from '../start-together.ts';
import { endRefused } from './ends.ts';
import { type BatchRecord, getBatch, insertBatch, latestBatchOn, subjectOf, wasFaultFound } from './records.ts';
import { recordTaken } from './taken.ts';

/** How many payments the next batch may have; 0 while there is to be none. */
export async function roomInNext(
  reader: Reader,
  { rail, batches }: { readonly rail: RailName; readonly batches: PayoutBatches },
  nowMs: number,
): Promise<number> {
  const last = await latestBatchOn(reader, rail);
  switch (last?.state) {
    case 'asking':
    case 'needs_code':
      return 0;
    case 'lapsed':
      // Nobody was there. Batches that nobody releases would only be made and rejected, hour by hour.
      return waitsForPeople(last) && !batches.makesOwnCodes ? 0 : batches.paymentsMax;
    case 'refused':
      if (last.retryAtMs !== null && nowMs < last.retryAtMs) return 0;
      // What was found at fault is out of it. Otherwise by halves: which one it is the provider did not
      // say, or how many of them the account covers with their fees.
      return (await wasFaultFound(reader, last)) ? batches.paymentsMax : Math.ceil(last.payments / 2);
    default:
      return batches.paymentsMax;
  }
}

/** Of the last batch on its rail. */
export const waitsForPeople = ({ state, withheld, passedOverAtMs }: BatchRecord): boolean =>
  state === 'lapsed' && withheld === null && passedOverAtMs === null;

/** Null when nothing could start. */
export async function prepareBatch(
  driver: Driver,
  batches: PayoutBatches,
  payoutIds: readonly string[],
): Promise<BatchRecord | null> {
  let wanted = payoutIds;
  while (wanted.length > 0) {
    try {
      const { batch, attempts } = await perform(driver.treasury, commandOf(driver, 'batch.prepare'), (work) =>
        writeDown(work, batches, driver.provider.rail, wanted),
      );
      return await askFor(driver, batches, batch, attempts);
    } catch (error) {
      if (!(error instanceof NotStarted)) throw error;
      await settleNotStarted(driver.treasury, commandOf(driver, 'payout.start'), error);
      wanted = wanted.filter((id) => id !== error.payoutId);
    }
  }
  return null;
}

async function writeDown(work: Work, batches: PayoutBatches, rail: RailName, payoutIds: readonly string[]) {
  const attempts: StartedAttempt[] = [];
  for (const id of payoutIds) attempts.push(await startWithOthers(work, id));
  const payments = attempts.map(({ id, payoutId }) => ({ attemptId: id, payoutId }));
  const batch = await insertBatch(work, { rail, triesMax: batches.codesMax, payments });
  work.audit({
    action: 'batch.prepare',
    subject: subjectOf(batch),
    details: { rail, payouts: attempts.map(({ key }) => key) },
  });
  work.emit({ name: 'batch.prepared', subject: subjectOf(batch) });
  return { batch, attempts };
}

/**
 * Asked for later than this it is not: another turn ends as unheard what is not there a quarter of an
 * hour after it was written down, and a request may take its minutes to arrive.
 */
const ASKED_WITHIN_MS = 5 * 60_000;

/** Thrown right before the provider would be asked: it was not. */
class NotAsked extends Error {
  override readonly name = 'NotAsked';
}

/** A machine may have slept since the batch was written down, and somebody else may have ended it. */
async function refuseToAsk({ treasury }: Driver, batch: BatchRecord): Promise<void> {
  const { version } = await getBatch(treasury.writer, batch.id);
  if (version !== batch.version) throw new NotAsked('Somebody else has looked after it.');
  if (treasury.clock.nowMs() - batch.askedAtMs >= ASKED_WITHIN_MS)
    throw new NotAsked('It took too long to get it ready, and it was not asked for.');
}

/** What is asked for is what was proven. Nothing of it is paid by asking. */
async function askFor(
  driver: Driver,
  batches: PayoutBatches,
  batch: BatchRecord,
  attempts: readonly StartedAttempt[],
): Promise<BatchRecord> {
  try {
    return await askOnce(driver, batches, batch, attempts);
  } catch (error) {
    // Ended by another turn meanwhile; that it is not what it was is written down by `perform`.
    if (error instanceof Refusal && error.code === 'batch.state') return getBatch(driver.treasury.writer, batch.id);
    throw error;
  }
}

async function askOnce(
  driver: Driver,
  batches: PayoutBatches,
  batch: BatchRecord,
  attempts: readonly StartedAttempt[],
): Promise<BatchRecord> {
  try {
    const taken = await batches.create({
      orders: attempts.map((attempt) => orderOf(attempt.payout, attempt)),
      beforeAsking: () => refuseToAsk(driver, batch),
    });
    return await recordTaken(driver, batch, taken);
  } catch (error) {
    const isSilence = error instanceof ProviderUnreachable;
    // Nobody knows whether it was taken. It stays as asked for, and is looked up in the next round.
    if (isSilence && !error.notTaken) return batch;
    if (!(isSilence || error instanceof ProviderRefused || error instanceof NotAsked)) throw error;
    const { message } = error;
    const mayRetry = !(error instanceof ProviderRefused) || error.mayRetry;
    const because = error instanceof OrdersRefused ? error.because : new Map<string, string>();
    return perform(driver.treasury, commandOf(driver, 'batch.end'), (work) =>
      endRefused(work, batch, { message, mayRetry, because }),
    );
  }
}
