import { words } from '../../app/words/words.ts';

const say = words.jobs.runs;

const EVERY = /^every (\d+) s$/;
const CRON = /^(\S+) (\S+) \* \* \*$/;
const STEPS = /^\*\/(\d+)$/;
const NUMBER = /^\d{1,2}$/;

/** When a job runs, in words; a timetable of another kind as it is written. */
export function timetableText(timetable: string): string {
  const seconds = EVERY.exec(timetable)?.[1];
  if (seconds !== undefined) return everySeconds(Number(seconds));
  const [, minute = '', hour = ''] = CRON.exec(timetable) ?? [];
  const steps = STEPS.exec(minute)?.[1];
  if (steps !== undefined && hour === '*') return say.minutes(Number(steps));
  if (!NUMBER.test(minute)) return timetable;
  if (hour === '*') return say.hourly(minute.padStart(2, '0'));
  return NUMBER.test(hour) ? say.daily(`${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`) : timetable;
}

const everySeconds = (seconds: number) => (seconds % 60 === 0 ? say.minutes(seconds / 60) : say.seconds(seconds));
