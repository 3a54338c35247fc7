/** A spreadsheet's numbers as text, where that is exact. */
import type { CellFlaw } from '../../core/payouts/import/raw.ts';

interface Read {
  readonly text: string;
  readonly flaw?: CellFlaw;
}

/** Spreadsheets keep and show fifteen digits; a number with more came out of a calculation or lost some. */
const DIGITS_MAX = 15;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Day 0 of the two calendars. The first takes 1900 for a leap year, so it is right from March 1900 on. */
const EPOCH_1900_MS = Date.UTC(1899, 11, 30);
const EPOCH_1904_MS = Date.UTC(1904, 0, 1);

/** `0.10000000000000001` is how `0.1` is stored; `1E-2` is `0.01`. */
export function numberText(stored: string): Read {
  const value = Number(stored);
  if (stored.trim() === '' || !Number.isFinite(value)) return { text: stored, flaw: 'not_exact' };
  const [digits = '', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const significant = digits.replace('.', '');
  const exponent = Number(exponentText);
  const text = plain(significant, exponent);
  const signed = value < 0 ? `-${text}` : text;
  // More whole digits than are kept: the last ones may be anything.
  const isExact = significant.length <= DIGITS_MAX && exponent < DIGITS_MAX;
  return isExact ? { text: signed } : { text: signed, flaw: 'not_exact' };
}

function plain(significant: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(Math.min(-exponent - 1, 400))}${significant}`;
  const whole = significant.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = significant.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Days since the calendar began, with the time of day as a fraction. */
export function dateText(stored: string, from1904: boolean): Read {
  const days = Number(stored);
  if (!Number.isFinite(days) || days < 61 || days > 200_000) return { text: stored };
  const atMs = Math.round((from1904 ? EPOCH_1904_MS : EPOCH_1900_MS) + days * DAY_MS);
  const text = new Date(atMs).toISOString();
  return { text: Number.isInteger(days) ? text.slice(0, 10) : text };
}
