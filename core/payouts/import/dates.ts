/** Due dates as files write them: a day (from its beginning, UTC), or a moment with its zone. */

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const MOMENT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Null for what is no date, such as the 30th of February. */
export function readDueDate(text: string): number | null {
  const match = DAY.exec(text) ?? MOMENT.exec(text);
  if (!match) return null;
  const [year, month, day] = [match[1], match[2], match[3]].map(Number) as [number, number, number];
  const midnight = new Date(Date.UTC(year, month - 1, day));
  // A day that does not exist rolls over into another one.
  if (year < 2000 || year > 2199 || midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : atMs;
}
