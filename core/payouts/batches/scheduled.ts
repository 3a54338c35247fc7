/** Takes back a payment that the provider has put off: it was released, and was not begun yet. */
import { type PayoutBatches, ProviderRefused } from '../../rails/provider.ts';
import { type CommandName, perform, type Treasury } from '../../store/command.ts';
import { type AttemptRecord, endAttempt, openAttemptsOf } from '../attempts.ts';
import { notProvenUnsent, stalePayout } from '../errors.ts';
import { cancelPayout } from '../life.ts';
import { transition } from '../machine.ts';
import { getPayout, type PayoutRecord } from '../repository.ts';
import { notScheduled } from './errors.ts';

export interface Canceller {
  readonly treasury: Treasury;
  readonly batches: PayoutBatches;
  readonly command: CommandName;
}

export async function cancelScheduled(
  { treasury, batches, command }: Canceller,
  { payoutId, reason }: { readonly payoutId: string; readonly reason: string },
): Promise<PayoutRecord> {
  const payout = await getPayout(treasury.writer, payoutId);
  const [attempt] = await openAttemptsOf(treasury.writer, payout.id);
  if (payout.status !== 'processing' || !attempt) throw stalePayout(payout.id, payout.status);
  const { neverBegun, rawStatus } = await takeBack(batches, payout, attempt);
  if (!neverBegun) throw notScheduled(payout.id, rawStatus);
  return perform(treasury, command, async (work) => {
    const now = await getPayout(work.tx, payout.id);
    const [open] = await openAttemptsOf(work.tx, payout.id);
    if (now.status !== 'processing' || open?.id !== attempt.id) throw stalePayout(now.id, now.status);
    const reference = attempt.providerReference;
    await endAttempt(work.tx, attempt, work.nowMs, { status: 'unsent', reference, message: reason });
    await transition(work, now, 'unsent', { reason, details: { attempt: attempt.key, said: rawStatus } });
    return cancelPayout(work, { id: payout.id, reason });
  });
}

async function takeBack(batches: PayoutBatches, payout: PayoutRecord, attempt: AttemptRecord) {
  if (attempt.providerReference === null) throw notProvenUnsent(payout.id, attempt.key);
  try {
    return await batches.cancelScheduled(attempt.providerReference);
  } catch (error) {
    if (error instanceof ProviderRefused) throw notScheduled(payout.id, error.message);
    throw error;
  }
}
