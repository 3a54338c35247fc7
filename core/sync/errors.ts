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

export const unknownEvent = (rail: string, eventId: string) =>
  new SyncError('provider_event.unknown', { rail, eventId });

/** Only what was given up needs anybody's word to be tried again. */
export const notDead = (rail: string, eventId: string) => new SyncError('provider_event.not_dead', { rail, eventId });

export const notSetUp = (rail: string) => new SyncError('sync.not_set_up', { rail });

/** It said so itself; asking all the same would only make it longer. */
export const leftAlone = (rail: string, untilMs: number) => new SyncError('sync.left_alone', { rail, untilMs });
