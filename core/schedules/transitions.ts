/**
 * The life of a payout schedule, as data. What is known in a state, and what it waits for:
 *
 * - `pending`     its payout does not exist. Waits for its time, or for the next try.
 * - `processing`  somebody has begun to create the payout; it exists only if the state after says
 *                 so, because both are written together. A crash leaves this state behind, and the
 *                 next run of the job takes it from here.
 * - `processed`   its payout exists. From here on that payout has a life of its own.
 * - `failed`      creating it was refused three times. Waits for a person.
 * - `cancelled`   a person ended it; there will be no payout.
 */
import type { ScheduleStatus } from '../contract/schedules.ts';

export const SCHEDULE_EVENTS = [
  /** It is due, and the job takes it. */
  'start',
  /** A person does not wait for its time, or tries again what failed. */
  'trigger',
  /** Its payout was created, in the same transaction. */
  'complete',
  /** Creating it was refused, and tries are left. */
  'try_later',
  'give_up',
  'edit',
  'cancel',
] as const;
export type ScheduleEvent = (typeof SCHEDULE_EVENTS)[number];

type Row = { readonly [E in ScheduleEvent]?: ScheduleStatus };

export const SCHEDULE_TRANSITIONS: { readonly [S in ScheduleStatus]: Row } = {
  pending: { start: 'processing', trigger: 'processing', edit: 'pending', cancel: 'cancelled' },
  processing: { complete: 'processed', try_later: 'pending', give_up: 'failed' },
  processed: {},
  failed: { trigger: 'processing', edit: 'pending', cancel: 'cancelled' },
  cancelled: {},
};

/** The state that follows, or null where the event has no place in this state. */
export function nextScheduleStatus(status: ScheduleStatus, event: ScheduleEvent): ScheduleStatus | null {
  return SCHEDULE_TRANSITIONS[status][event] ?? null;
}
