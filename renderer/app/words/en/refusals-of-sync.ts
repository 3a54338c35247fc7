import type { Said } from './refusals.ts';

export const ofSync: Readonly<Record<string, Said>> = {
  'sync.unfinished': {
    safe: 'What came is kept, and nothing is counted twice.',
    next: 'Read it again: it goes on from there.',
  },
  'sync.not_set_up': { safe: 'Nothing was asked.', next: 'An admin enters the rail’s keys in Settings.' },
  'sync.left_alone': {
    safe: 'Nothing was asked, and nothing is lost: it is read as soon as it may be.',
    next: 'Wait. Asking all the same would only make it longer.',
  },
  'provider_event.unknown': { safe: 'Nothing was changed.', next: 'Go back to the list and look again.' },
  'provider_event.not_dead': {
    safe: 'Nothing was changed.',
    next: 'Look again: somebody may have tried it already, or it was handled by itself.',
  },
};
