import { Refusal } from '../errors/refusal.ts';

export class RequestError extends Refusal {
  override readonly name = 'RequestError';
}

export const tooManyWrites = (writesMax: number, waitMs: number) =>
  new RequestError(
    'request.too_many',
    { writesMax, waitMs },
    `More than ${writesMax} writes within a minute. Wait before writing again.`,
  );
export const keyMismatch = (key: string) => new RequestError('idempotency.mismatch', { key });
export const keyInProgress = (key: string, waitMs: number) =>
  new RequestError('idempotency.in_progress', { key, waitMs });
export const answerLost = (key: string) => new RequestError('idempotency.answer_lost', { key });
