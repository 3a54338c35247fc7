/** When a job runs. Times of day are UTC: no day is twice as long or missing, wherever the server stands. */
import { Cron } from 'croner';

export type Timetable =
  | { readonly kind: 'cron'; readonly expression: string }
  | { readonly kind: 'every'; readonly ms: number };

export const cron = (expression: string): Timetable => ({ kind: 'cron', expression });
export const everySeconds = (seconds: number): Timetable => ({ kind: 'every', ms: seconds * 1_000 });

/** The first time after this one. What was missed in between is not made up for run by run. */
export function nextAfter(timetable: Timetable, afterMs: number): number {
  if (timetable.kind === 'every') return afterMs + timetable.ms;
  const next = new Cron(timetable.expression, { timezone: 'UTC', mode: '5-part' }).nextRun(new Date(afterMs));
  if (!next) throw new Error(`The timetable ${timetable.expression} has no next time`);
  return next.getTime();
}

export function inWords(timetable: Timetable): string {
  return timetable.kind === 'cron' ? timetable.expression : `every ${timetable.ms / 1_000} s`;
}
