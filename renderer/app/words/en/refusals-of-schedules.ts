import type { Said } from './refusals.ts';

export const ofSchedules: Readonly<Record<string, Said>> = {
  'schedule.past': { safe: 'Nothing was written.', next: 'Choose a time that is still to come.' },
  'schedule.stale': {
    what: 'Somebody was first: the schedule is no longer as you saw it.',
    safe: 'Your step was not taken; the other one stands.',
    next: 'Look at it as it is now.',
  },
  'schedule.not_yours': {
    what: 'Only who wrote a schedule edits it, so that a payout is always asked for by one person.',
    safe: 'The schedule was not changed.',
    next: 'Cancel it and write your own.',
  },
  'schedule.idempotency_mismatch': {
    safe: 'Nothing was scheduled twice.',
    next: 'Open the form again and fill it in anew.',
  },
  'schedule.nothing_changed': { safe: 'The schedule stays as it is.', next: 'Change something, or close the form.' },
  'placement.no_guarantee': { safe: 'Nothing was written.', next: 'Give the day on which the guarantee is complete.' },
  'placement.other_guarantee': {
    safe: 'Nothing was written.',
    next: 'Leave the day out to follow the one that is known, or move the guarantee first.',
  },
  'escrow.past': { safe: 'Nothing was set aside.', next: 'Choose a time that is still to come.' },
  'escrow.amount': { safe: 'Nothing was set aside.', next: 'Give an amount above zero.' },
  'escrow.stale': {
    what: 'Somebody was first: the hold is no longer as you saw it.',
    safe: 'The amount moved once, or not at all.',
    next: 'Look at it as it is now.',
  },
  'escrow.active': { safe: 'The amount stays set aside.', next: 'Release or cancel the hold first.' },
  'alert.cleared': {
    safe: 'It needs nobody any more.',
    next: 'Look under Cleared if you want to know what it was.',
  },
  'alert.threshold': { safe: 'No threshold was changed.', next: 'Give a value within its bounds.' },
  'alert.nothing_changed': { safe: 'The thresholds stay as they are.', next: 'Change one first.' },
  'job.running': { safe: 'It runs once at a time.', next: 'Wait until that run is done, then look at its outcome.' },
};
