/**
 * Puts approved payouts into the next batch. It is written down with an attempt of each before the
 * provider is asked, and is asked for exactly once: what became of it is looked up.
 */
import type { RailName } from '../../contract/payees.ts';
import { Refusal } from '../../errors/refusal.ts';
import { OrdersRefused, type PayoutBatches, ProviderRefused, ProviderUnreachable } from '../../rails/provider.ts';
import { perform, recordRefusal, type Work } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { commandOf, type Driver, orderOf } from '../answers.ts';
import { clearToStart, type StartedAttempt, startAttempt } from '../start.ts';
import { endRefused } from './ends.ts';
import { type BatchRecord, insertBatch, latestBatchOn, subjectOf } from './records.ts';
import { recordTaken } from './taken.ts';

/** Thrown inside the transaction to undo it: one of the payouts cannot start, so none does in this composition. */
class NotStarted extends Error {
  readonly payoutId: string;
  readonly refusal: Refusal | null;

  constructor(payoutId: string, refusal: Refusal | null) {
    super(`${payoutId} does not start`);
    this.payoutId = payoutId;
    this.refusal = refusal;
  }
}

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
      // Which one is at fault the provider may not say: by halves it is found.
      return last.retryAtMs === null ? Math.ceil(last.payments / 2) : batches.paymentsMax;
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
      await settleNotStarted(driver, error);
      wanted = wanted.filter((id) => id !== error.payoutId);
    }
  }
  return null;
}

async function writeDown(work: Work, batches: PayoutBatches, rail: RailName, payoutIds: readonly string[]) {
  const attempts: StartedAttempt[] = [];
  for (const id of payoutIds) attempts.push(await start(work, id));
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

async function start(work: Work, payoutId: string): Promise<StartedAttempt> {
  try {
    const attempt = await startAttempt(work, payoutId);
    if (attempt) return attempt;
  } catch (error) {
    if (error instanceof Refusal) throw new NotStarted(payoutId, error);
    throw error;
  }
  throw new NotStarted(payoutId, null);
}

/** Writes down, by itself, why the payout did not start: it is refused, sent back or set aside. */
async function settleNotStarted(driver: Driver, { payoutId, refusal }: NotStarted): Promise<void> {
  const name = commandOf(driver, 'payout.start');
  if (refusal) {
    await recordRefusal(driver.treasury, name, refusal);
    return;
  }
  try {
    await perform(driver.treasury, name, async (work) => {
      // It may be startable again by now; then the next round takes it as it is.
      if (await clearToStart(work, payoutId)) {
        work.audit({ action: 'payout.start', subject: `payout:${payoutId}`, details: { outcome: 'not yet' } });
      }
    });
  } catch (error) {
    // Refused after all, and written down by `perform`.
    if (!(error instanceof Refusal)) throw error;
  }
}

/** What is asked for is what was proven. Nothing of it is paid by asking. */
async function askFor(
  driver: Driver,
  batches: PayoutBatches,
  batch: BatchRecord,
  attempts: readonly StartedAttempt[],
): Promise<BatchRecord> {
  try {
    const taken = await batches.create(attempts.map((attempt) => orderOf(attempt.payout, attempt)));
    return await recordTaken(driver, batch, taken);
  } catch (error) {
    // Nobody knows whether it was taken. It stays as asked for, and is looked up in the next round.
    if (error instanceof ProviderUnreachable) return batch;
    if (!(error instanceof ProviderRefused)) throw error;
    const { message, mayRetry } = error;
    const because = error instanceof OrdersRefused ? error.because : new Map<string, string>();
    return perform(driver.treasury, commandOf(driver, 'batch.end'), (work) =>
      endRefused(work, batch, { message, mayRetry, because }),
    );
  }
}
