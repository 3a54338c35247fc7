/** Days as a date field has them, `2026-09-30`, and the moments they begin here. */
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** When the day begins at this desk; `after` days later where that is asked for. Undefined when it is no day. */
export function dayStartMs(day: string, after = 0): number | undefined {
  const match = DAY.exec(day);
  if (!match) return undefined;
  const [year, month, date] = match.slice(1).map(Number) as [number, number, number];
  const start = new Date(year, month - 1, date);
  // 31 February is no day: a calendar would make 3 March of it.
  if (start.getMonth() !== month - 1 || start.getDate() !== date) return undefined;
  return new Date(year, month - 1, date + after).getTime();
}

/** The day of a moment, as a date field wants it. */
export function dayOf(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => value.toString().padStart(2, '0');
  return `${at.getFullYear().toString().padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The moment a field for day and time holds, `2026-09-30T17:45`, in this desk's own zone. */
export function momentMs(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/.test(text)) return undefined;
  const atMs = new Date(text).getTime();
  return Number.isNaN(atMs) ? undefined : atMs;
}
