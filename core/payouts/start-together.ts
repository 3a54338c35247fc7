/** Payouts that start in one transaction: when one of them cannot, none does in this composition. */
import { Refusal } from '../errors/refusal.ts';
import { type CommandName, perform, recordRefusal, type Treasury, type Work } from '../store/command.ts';
import { clearToStart, type StartedAttempt, startAttempt } from './start.ts';

/** Thrown inside the transaction to undo it. */
export class NotStarted extends Error {
  readonly payoutId: string;
  readonly refusal: Refusal | null;

  constructor(payoutId: string, refusal: Refusal | null) {
    super(`${payoutId} does not start`);
    this.payoutId = payoutId;
    this.refusal = refusal;
  }
}

export async function startWithOthers(work: Work, payoutId: string): Promise<StartedAttempt> {
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
export async function settleNotStarted(
  treasury: Treasury,
  name: CommandName,
  { payoutId, refusal }: NotStarted,
): Promise<void> {
  if (refusal) {
    await recordRefusal(treasury, name, refusal);
    return;
  }
  try {
    await perform(treasury, name, async (work) => {
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
