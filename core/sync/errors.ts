import { Refusal } from '../errors/refusal.ts';

export class SyncError extends Refusal {
  override readonly name = 'SyncError';
}

/** What was read so far is kept: the next sync goes on from there. */
export const tooManyPages = (rail: string, pages: number) =>
  new SyncError(
    'sync.unfinished',
    { rail, pages, because: 'pages' },
    `The provider’s history has more than ${pages} pages. What came is kept; sync again for the rest.`,
  );

export const standsStill = (rail: string) =>
  new SyncError(
    'sync.unfinished',
    { rail, because: 'stands_still' },
    'The provider says that there is more of its history, and does not give it.',
  );

export const tooManyWaiting = (rail: string, records: number) =>
  new SyncError(
    'sync.unfinished',
    { rail, records, because: 'waiting' },
    `More than ${records} records waited for payouts to be resolved. Sync again for the rest.`,
  );
