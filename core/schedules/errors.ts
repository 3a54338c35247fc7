import type { ScheduleStatus } from '../contract/schedules.ts';
import { Refusal } from '../errors/refusal.ts';

export class ScheduleError extends Refusal {
  override readonly name = 'ScheduleError';
}

export const unknownSchedule = (id: string) => new ScheduleError('schedule.unknown', { id });
export const staleSchedule = (id: string, status: ScheduleStatus) =>
  new ScheduleError('schedule.stale', { id, status });
export const schedulePast = (dueAtMs: number) => new ScheduleError('schedule.past', { dueAtMs });
export const notYours = (id: string) => new ScheduleError('schedule.not_yours', { id });
export const scheduleMismatch = (idempotencyKey: string) =>
  new ScheduleError('schedule.idempotency_mismatch', { idempotencyKey });
export const scheduleUnchanged = (id: string) => new ScheduleError('schedule.nothing_changed', { id });
