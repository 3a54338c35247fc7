/** Looks at what became of a batch, by asking the provider, and draws no conclusion from silence. */
import { Refusal } from '../../errors/refusal.ts';
import { type PayoutBatches, ProviderUnreachable, type TakenBatch } from '../../rails/provider.ts';
import { perform } from '../../store/command.ts';
import { commandOf, type Driver, recordAnswer } from '../answers.ts';
import { UNKNOWN_PROVES_AFTER_MS } from '../proven-unknown.ts';
import type { PayoutRecord } from '../repository.ts';
import { endUnclear, endUnsent } from './ends.ts';
import { whatHoldsCode } from './held.ts';
import { type BatchRecord, getBatch, type PaymentInBatch, paymentsIn } from './records.ts';
import { releaseBatch, released } from './release.ts';
import { recordTaken } from './taken.ts';

/** After its time, a provider that still does not say what became of it is not believed to say so some day. */
const UNCLEAR_AFTER_MS = 24 * 60 * 60_000;
/** Codes of our own: a clock that is wrong makes each of them wrong. */
const OWN_TRIES_MAX = 3;
/** So long the same code would be made again. */
const OWN_CODE_REST_MS = 30_000;
const NEVER_HEARD = 'The provider provably never heard of it.';
const REJECTED = 'Nobody released it in time, and the provider rejected it.';
const NOT_SAID =
  'A day after its time the provider does not say that this batch was rejected. Nobody here released it; look at the provider’s own pages.';

export async function lookAtOpen(driver: Driver, batches: PayoutBatches, batch: BatchRecord): Promise<BatchRecord> {
  try {
    return batch.state === 'asking'
      ? await lookForAsked(driver, batches, batch)
      : await lookAtTaken(driver, batches, batch);
  } catch (error) {
    if (error instanceof ProviderUnreachable) return batch;
    // Decided at the same moment by somebody else; written down by `perform`.
    if (error instanceof Refusal && error.code === 'batch.state') return getBatch(driver.treasury.writer, batch.id);
    throw error;
  }
}

/** The answer was lost. It is never asked for again: only found, or proven to have never arrived. */
async function lookForAsked(driver: Driver, batches: PayoutBatches, batch: BatchRecord): Promise<BatchRecord> {
  const { writer, clock } = driver.treasury;
  const keys = (await paymentsIn(writer, batch)).map(({ attempt }) => attempt.key);
  const taken = await batches.find(keys, batch.askedAtMs);
  if (taken) return recordTaken(driver, batch, taken);
  if (clock.nowMs() - batch.askedAtMs < (driver.provider.unknownProvesAfterMs ?? UNKNOWN_PROVES_AFTER_MS)) return batch;
  return perform(driver.treasury, commandOf(driver, 'batch.end'), (work) =>
    endUnsent(work, batch, { state: 'unheard', said: NEVER_HEARD }),
  );
}

async function lookAtTaken(driver: Driver, batches: PayoutBatches, batch: BatchRecord): Promise<BatchRecord> {
  const { treasury } = driver;
  const taken = await batches.get(batch.reference ?? '');
  if (taken.payments.some(({ stage }) => stage === 'released')) {
    return perform(treasury, commandOf(driver, 'batch.release'), async (work) =>
      released(work, await getBatch(work.tx, batch.id)),
    );
  }
  if (allRejected(taken, await paymentsIn(treasury.writer, batch))) {
    return perform(treasury, commandOf(driver, 'batch.end'), (work) =>
      endUnsent(work, batch, { state: 'lapsed', said: REJECTED }),
    );
  }
  if (treasury.clock.nowMs() >= (batch.expiresAtMs ?? 0) + UNCLEAR_AFTER_MS) {
    return perform(treasury, commandOf(driver, 'batch.end'), (work) => endUnclear(work, batch, NOT_SAID));
  }
  return releaseByItself(driver, batches, batch);
}

/** Of each payment by its name: an answer in which one is missing says nothing of that one. */
function allRejected({ payments }: TakenBatch, asked: readonly PaymentInBatch[]): boolean {
  const rejected = new Set(payments.filter(({ stage }) => stage === 'rejected').map(({ answer }) => answer.reference));
  const isRejected = (name: string | null) => name !== null && rejected.has(name);
  return (
    payments.every(({ stage }) => stage === 'rejected') &&
    asked.every(({ attempt }) => isRejected(attempt.providerReference))
  );
}

/** Where the treasury lets the program make codes. */
async function releaseByItself(driver: Driver, batches: PayoutBatches, batch: BatchRecord): Promise<BatchRecord> {
  const { treasury } = driver;
  const nowMs = treasury.clock.nowMs();
  const isTime =
    batch.withheld === null &&
    batch.tries < OWN_TRIES_MAX &&
    nowMs < (batch.expiresAtMs ?? 0) &&
    nowMs >= (batch.codeGivenAtMs ?? 0) + OWN_CODE_REST_MS;
  if (!isTime || !batches.makesOwnCodes || (await isHeld(driver, batch))) return batch;
  const code = await batches.ownCode();
  if (code === null) return batch;
  try {
    return await releaseBatch({ treasury, batches, command: commandOf(driver, 'batch.verify') }, batch.id, code);
  } catch (error) {
    // Frozen, withheld, not taken or not answered: written down, and looked at again in the next round.
    if (error instanceof Refusal) return getBatch(treasury.writer, batch.id);
    throw error;
  }
}

/** It would be refused, and written down, in each round. */
async function isHeld({ treasury }: Driver, batch: BatchRecord): Promise<boolean> {
  const payments = await paymentsIn(treasury.writer, batch);
  const { rail } = batch;
  return (await whatHoldsCode(treasury.writer, { rail, payments, nowMs: treasury.clock.nowMs() })) !== null;
}

/** Each payment of a released batch goes its own way. Gives the payouts that were open. */
export async function lookAtReleased(
  driver: Driver,
  batches: PayoutBatches,
  batch: BatchRecord,
): Promise<readonly PayoutRecord[]> {
  const payments = (await paymentsIn(driver.treasury.writer, batch)).filter(
    ({ payout, attempt }) => attempt.status === 'open' && payout.status === 'processing',
  );
  let taken: TakenBatch;
  try {
    taken = await batches.get(batch.reference ?? '');
  } catch (error) {
    if (error instanceof ProviderUnreachable) return payments.map(({ payout }) => payout);
    throw error;
  }
  const payouts: PayoutRecord[] = [];
  for (const { payout, attempt } of payments) {
    const known = taken.payments.find(({ answer }) => answer.reference === attempt.providerReference);
    payouts.push(known ? await recordAnswer(driver, attempt, known.answer) : payout);
  }
  return payouts;
}
