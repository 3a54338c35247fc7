/** Hundredths of a percent, none rounded up: 99.99 % is not 100 %. */
export function percentText(basisPoints: number, locale?: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(basisPoints / 10_000);
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** In its largest unit, with a decimal where the figure is small: `4.2 sec`, `38 min`. */
export function durationText(ms: number, locale?: string): string {
  const [unit, length] = UNITS.find(([, candidate]) => ms >= candidate) ?? ['millisecond', 1];
  const value = ms / length;
  const maximumFractionDigits = value < 10 && unit !== 'millisecond' ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits }).format(
    value,
  );
}
