/** What a provider said of an attempt, written down; and what everything that drives payments shares. */
import { Refusal } from '../errors/refusal.ts';
import type { PayoutOrder, PayoutProvider, PlannedOrder, ProviderAnswer, ProviderRefused } from '../rails/provider.ts';
import { type Actor, type AuditDraft, perform, type Treasury, type Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { type AttemptRecord, endAttempt, openAttemptsOf } from './attempts.ts';
import { transition } from './machine.ts';
import { getPayout, type PayoutRecord } from './repository.ts';

export interface Driver {
  readonly treasury: Treasury;
  readonly actor: Actor;
  readonly provider: PayoutProvider;
  /** Called between two payouts; throws when the round must stop. */
  readonly step?: () => Promise<void>;
  /** A person does not wait for the rest of a payout that was not taken before. */
  readonly despiteRests?: boolean;
  /** False where the provider has gone silent: what is left waits for another round. */
  readonly mayAsk?: () => Promise<boolean>;
}

/** Between two payouts. */
export async function goesOn({ step, mayAsk }: Driver): Promise<boolean> {
  await step?.();
  return (await mayAsk?.()) ?? true;
}

export interface DriveResult {
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly waiting: number;
  /** Approved and due, but the treasury does not hold enough, or does not have it at the provider. */
  readonly unfunded: number;
  /** Approved and due, but a limit is used up, a test payment has to arrive, or what a provider told is to be weighed first. */
  readonly held: number;
}

export async function isOpen(reader: Reader, attempt: AttemptRecord): Promise<boolean> {
  return (await openAttemptsOf(reader, attempt.payoutId)).some(({ id }) => id === attempt.id);
}

export const orderOf = (payout: PayoutRecord, { key }: AttemptRecord): PayoutOrder => ({
  key,
  ...plannedOrderOf(payout),
});

/** Before there is an attempt of it. */
export function plannedOrderOf(payout: PayoutRecord): PlannedOrder {
  return {
    payoutId: payout.id,
    address: payout.destination.address,
    memo: payout.destination.memo,
    extraId: payout.destination.extraId,
    currency: payout.destination.currency,
    assetId: payout.assetId,
    amountMinor: payout.amountMinor,
  };
}

export async function recordAnswer(
  driver: Driver,
  attempt: AttemptRecord,
  answer: ProviderAnswer,
): Promise<PayoutRecord> {
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

export async function recordRefused(
  driver: Driver,
  attempt: AttemptRecord,
  refused: ProviderRefused,
): Promise<PayoutRecord> {
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
export async function record(
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

export function commandOf(driver: Driver, action: string) {
  return {
    action,
    actor: driver.actor,
    origin: { host: 'engine', ip: null, userAgent: null, correlationId: `${driver.actor.id}` },
  };
}
