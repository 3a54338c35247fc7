/**
 * Money is whole minor units and an asset, never a float. Where people read or write decimals
 * (files, screens, Stellar's own notation) the conversion is exact or refused.
 */

/** The widest amount both databases hold. */
export const INT64_MAX = 9_223_372_036_854_775_807n;

const DECIMAL = /^([+-])?(\d{1,30})(?:\.(\d{1,30}))?$/;
const MINOR = /^-?(?:0|[1-9]\d{0,18})$/;

export type DecimalProblem = 'not_a_number' | 'too_many_decimals' | 'too_large';

export type DecimalResult = { ok: true; minor: bigint } | { ok: false; problem: DecimalProblem };

/** Reads `"12.50"` at scale 2 as `1250n`. Grouping, exponents, spaces and rounding are all refused. */
export function parseDecimal(text: string, scale: number): DecimalResult {
  const match = DECIMAL.exec(text);
  if (!match) return { ok: false, problem: 'not_a_number' };
  const [, sign, whole = '', fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > scale) return { ok: false, problem: 'too_many_decimals' };
  const magnitude = BigInt(whole + significant.padEnd(scale, '0'));
  if (magnitude > INT64_MAX) return { ok: false, problem: 'too_large' };
  return { ok: true, minor: sign === '-' ? -magnitude : magnitude };
}

/** `1250n` at scale 2 as `"12.50"`: every decimal place shown, no grouping, safe to parse back. */
export function formatDecimal(minor: bigint, scale: number): string {
  const negative = minor < 0n;
  const digits = (negative ? -minor : minor).toString().padStart(scale + 1, '0');
  const cut = digits.length - scale;
  const body = scale === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return negative ? `-${body}` : body;
}

/** For people to read, in their language: `1,250.00`. Exact, whatever its size. */
export function amountIn(locale: string, minor: bigint, scale: number): string {
  const places = { minimumFractionDigits: scale, maximumFractionDigits: scale };
  return new Intl.NumberFormat(locale, places).format(formatDecimal(minor, scale) as `${number}`);
}

/** Reads a string of minor units as it crosses a border. */
export function parseMinor(text: string): bigint | null {
  if (!MINOR.test(text) || text === '-0') return null;
  const value = BigInt(text);
  return value > INT64_MAX || value < -INT64_MAX ? null : value;
}
