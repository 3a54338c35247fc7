/** Times of day in somebody's own zone: when they are left alone, and when their digest comes. */
import type { NotificationPreferences } from '../contract/notifications.ts';

const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  clocks.set(timeZone, clock);
  return clock;
}

/** Minutes after midnight there. */
export function minuteOfDay(atMs: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(atMs);
  const part = (type: 'hour' | 'minute') => Number(parts.find((one) => one.type === type)?.value);
  return part('hour') * 60 + part('minute');
}

/** The next time after this at which clocks there show that minute; a day that skips it has the first minute after. */
export function nextMinuteOfDay(afterMs: number, minute: number, timeZone: string): number {
  const ahead = (minute - minuteOfDay(afterMs, timeZone) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const guessMs = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + ahead * MINUTE_MS;
  // Clocks may have been put forward or back in between.
  const off =
    ((minute - minuteOfDay(guessMs, timeZone) + DAY_MINUTES + DAY_MINUTES / 2) % DAY_MINUTES) - DAY_MINUTES / 2;
  const corrected = guessMs + off * MINUTE_MS;
  return minuteOfDay(corrected, timeZone) === minute && corrected > afterMs ? corrected : guessMs;
}

type Quiet = Pick<NotificationPreferences, 'quiet' | 'timeZone'>;

export function isQuiet(atMs: number, { quiet, timeZone }: Quiet, urgent: boolean): boolean {
  if (quiet === null || quiet.fromMinute === quiet.toMinute || (urgent && quiet.urgentComesThrough)) return false;
  const now = minuteOfDay(atMs, timeZone);
  const { fromMinute, toMinute } = quiet;
  return fromMinute < toMinute ? now >= fromMinute && now < toMinute : now >= fromMinute || now < toMinute;
}

/** This moment, or the end of the quiet hours that it falls in. */
export function whenNotQuiet(atMs: number, preferences: Quiet, urgent: boolean): number {
  const { quiet, timeZone } = preferences;
  return quiet !== null && isQuiet(atMs, preferences, urgent) ? nextMinuteOfDay(atMs, quiet.toMinute, timeZone) : atMs;
}
