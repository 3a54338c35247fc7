import type { BatchState } from '../../contract/batches.ts';
import { Refusal } from '../../errors/refusal.ts';

export class BatchError extends Refusal {
  override readonly name = 'BatchError';
}

export const unknownBatch = (id: string) => new BatchError('batch.unknown', { id });
export const batchState = (id: string, state: BatchState) => new BatchError('batch.state', { id, state });
export const wrongCode = (id: string, triesLeft: number, said: string) =>
  new BatchError('batch.wrong_code', { id, triesLeft, said });
export const timeOver = (id: string, expiresAtMs: number) => new BatchError('batch.time_over', { id, expiresAtMs });
export const triesUsedUp = (id: string) => new BatchError('batch.tries_used_up', { id });
export const withheldFrom = (id: string, why: string) => new BatchError('batch.withheld', { id, why });
export const unanswered = (id: string) => new BatchError('batch.unanswered', { id });
/** Said of another code than the one that was just refused. */
export const earlierUnanswered = (id: string, said: string) =>
  new BatchError(
    'batch.unanswered',
    { id, said },
    'That code was not taken, and one that was given before it has no answer yet. Whether the batch is released shows when the provider is asked again.',
  );
export const nothingLapsed = (rail: string) => new BatchError('batch.nothing_lapsed', { rail });
export const notScheduled = (payoutId: string, said: string) =>
  new BatchError('batch.not_scheduled', { payoutId, said });
export const feeRose = (
  id: string,
  fee: { readonly assetId: string; readonly feeMinor: bigint; readonly seenMinor: bigint | null },
) =>
  new BatchError('batch.fee_rose', {
    id,
    assetId: fee.assetId,
    feeMinor: fee.feeMinor.toString(),
    seenMinor: fee.seenMinor?.toString() ?? null,
  });
export const feeUnknown = (id: string, why: string) => new BatchError('batch.fee_unknown', { id, why });
export const quoteExpired = (id: string, expiresAtMs: number) =>
  new BatchError('batch.quote_expired', { id, expiresAtMs });
