import type { Said } from './refusals.ts';

const NOT_RELEASED = 'Nothing in the batch was released.';

/** Of batches that wait for a code. */
export const ofBatches: Readonly<Record<string, Said>> = {
  'batch.unknown': { safe: NOT_RELEASED, next: 'Go back to the list and open it from there.' },
  'batch.state': { safe: 'Its payments are where they were.', next: 'Look at it again: it was released, or is over.' },
  'batch.wrong_code': {
    what: 'That code was not taken.',
    safe: NOT_RELEASED,
    next: 'Wait for the next code in your authenticator, and type that one.',
  },
  'batch.time_over': {
    safe: NOT_RELEASED,
    next: 'Its payouts come back as soon as the provider says that it rejected them. Then prepare the next batch.',
  },
  'batch.tries_used_up': {
    safe: NOT_RELEASED,
    next: 'Let it lapse: its payouts come back within the hour. Check the clock of the phone that makes the codes.',
  },
  'batch.withheld': {
    safe: 'No code was given, and nothing in the batch was released.',
    next: 'Let it lapse. Do not release it on the provider’s own pages either.',
  },
  'batch.fee_rose': {
    safe: 'No code was given, and nothing in the batch was released.',
    next: 'The fee stands in the batch as it is now. If you agree with it, type the code again.',
  },
  'batch.fee_unknown': {
    safe: 'No code was given, and nothing in the batch was released.',
    next: 'Type the code again: at the fee, where it is told again, or without knowing it.',
  },
  'batch.quote_expired': {
    safe: 'No code was given, and nothing in the batch was released.',
    next: 'It is asked for anew. Look at the fee, and type the code again.',
  },
  'batch.unanswered': {
    safe: 'It is released once or not at all, however often a code is given.',
    next: 'Wait a moment: the batch says by itself whether the code was taken.',
  },
  'batch.nothing_lapsed': { safe: 'Nothing was changed.', next: 'The next batch is prepared by itself.' },
  'batch.not_scheduled': {
    safe: 'The payment goes on as it did.',
    next: 'Only what the provider has put off can be taken back, and only there.',
  },
};
