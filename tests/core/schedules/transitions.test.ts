import { describe, expect, it } from 'vitest';
import { SCHEDULE_STATUSES, type ScheduleStatus } from '../../../core/contract/schedules.ts';
import { nextScheduleStatus, SCHEDULE_EVENTS, type ScheduleEvent } from '../../../core/schedules/transitions.ts';

/** Every pair, written down by hand a second time: a dash is an event that has no place in the state. */
const TABLE: Record<ScheduleStatus, Record<ScheduleEvent, ScheduleStatus | '—'>> = {
  pending: {
    start: 'processing',
    trigger: 'processing',
    complete: '—',
    try_later: '—',
    give_up: '—',
    edit: 'pending',
    cancel: 'cancelled',
  },
  processing: {
    start: '—',
    trigger: '—',
    complete: 'processed',
    try_later: 'pending',
    give_up: 'failed',
    edit: '—',
    cancel: '—',
  },
  processed: { start: '—', trigger: '—', complete: '—', try_later: '—', give_up: '—', edit: '—', cancel: '—' },
  failed: {
    start: '—',
    trigger: 'processing',
    complete: '—',
    try_later: '—',
    give_up: '—',
    edit: 'pending',
    cancel: 'cancelled',
  },
  cancelled: { start: '—', trigger: '—', complete: '—', try_later: '—', give_up: '—', edit: '—', cancel: '—' },
};

describe('the life of a payout schedule', () => {
  for (const status of SCHEDULE_STATUSES) {
    it.each(SCHEDULE_EVENTS)(`in ${status}: %s`, (event) => {
      expect(nextScheduleStatus(status, event) ?? '—').toBe(TABLE[status][event]);
    });
  }
});
