/** Moments as people say them in a list, and exactly where it matters. */
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Making a formatter costs a hundred times what using it does; a list uses one for each row. */
function kept<Options, Format>(make: (locale: string | undefined, options: Options) => Format) {
  const known = new Map<string, Format>();
  return (locale: string | undefined, options: Options): Format => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const format = known.get(key) ?? make(locale, options);
    known.set(key, format);
    return format;
  };
}

const relativeFormat = kept(
  (locale, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
);
const dateFormat = kept((locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options));

export function relativeTime(atMs: number, nowMs: number, locale?: string): string {
  const seconds = Math.round((atMs - nowMs) / 1_000);
  const format = relativeFormat(locale, { numeric: 'auto', style: 'short' });
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(0, 'second');
}

/** Local time with its zone, then the same moment in UTC. */
export function exactTime(atMs: number, locale?: string, timeZone?: string): string {
  const local = dateFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'long',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs);
  return `${local} · ${new Date(atMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')}`;
}

/** For a document or a detail: the local moment to the second. */
export function localTime(atMs: number, locale?: string): string {
  return dateFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(atMs);
}

/** Of what is minutes old, or lasts minutes. */
export function timeOfDay(atMs: number, locale?: string): string {
  return dateFormat(locale, { timeStyle: 'short' }).format(atMs);
}

const SPAN_UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** How long something lasts, in its two largest parts, rounded up to the minute: `3 hours 20 minutes`. */
export function spanText(ms: number, locale?: string): string {
  let left = Math.ceil(ms / 60_000) * 60_000;
  const parts: string[] = [];
  for (const [unit, length] of SPAN_UNITS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count === 0 && (parts.length > 0 || unit !== 'minute')) continue;
    parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count));
  }
  return parts.slice(0, 2).join(' ');
}
