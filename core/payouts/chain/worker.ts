/** Goes on with what is under way: submits what is signed, and looks for what was submitted. */
import { Refusal } from '../../errors/refusal.ts';
import { confirmSubmittedTransaction } from './confirm.ts';
import type { ChainDesk } from './desk.ts';
import { type ChainRecord, isUnderWay, transactionsUnderWay } from './records.ts';
import { isStopped } from './stops.ts';
import { maySendAgain, submitQueuedTransaction } from './submit.ts';

export interface BatchResult {
  readonly processed: number;
  readonly submitted: number;
  readonly confirmed: number;
  /** Failed in a ledger, or expired. */
  readonly failed: number;
}

/** `step` is called between two transactions, and throws when the work must stop. */
export async function processBatch(
  desk: ChainDesk,
  limit = 25,
  step: () => Promise<void> = async () => undefined,
): Promise<BatchResult> {
  const tally = { processed: 0, submitted: 0, confirmed: 0, failed: 0 };
  for (const record of await transactionsUnderWay(desk.treasury.writer, desk.rail.network, limit)) {
    await step();
    tally.processed += 1;
    const after = await goOn(desk, record);
    if (after.submissions > record.submissions) tally.submitted += 1;
    if (after.state === 'confirmed') tally.confirmed += 1;
    if (after.state === 'failed' || after.state === 'expired') tally.failed += 1;
  }
  return tally;
}

async function goOn(desk: ChainDesk, record: ChainRecord): Promise<ChainRecord> {
  const { settings, treasury } = desk;
  // Also one that nobody here submitted: whoever has its bytes may have.
  const seen = await confirmSubmittedTransaction(desk, record.id);
  if (!isUnderWay(seen)) return seen;
  const nowMs = treasury.clock.nowMs();
  const isFirst = seen.state === 'signed' && settings.mode !== 'build_only' && nowMs < Number(seen.maxTimeS) * 1000;
  if (!isFirst && !maySendAgain(seen, settings.submissionsMax, nowMs)) return seen;
  if (await isStopped(treasury.writer, seen)) return seen;
  try {
    await submitQueuedTransaction(desk, seen.id);
  } catch (error) {
    // Stopped, or sent by somebody else, at this moment: written down by `perform`, and looked at again.
    if (!(error instanceof Refusal)) throw error;
  }
  return confirmSubmittedTransaction(desk, seen.id);
}
