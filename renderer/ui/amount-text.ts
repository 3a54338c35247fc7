import { formatDecimal, parseDecimal, parseMinor } from '../../core/money/minor.ts';

/** U+2009. Amounts are set so that they never wrap; U+202F would not, but is too narrow to see. */
const THIN_SPACE = '\u2009';
const TRUE_MINUS = '\u2212';

function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, THIN_SPACE);
}

/** Every digit there is, never rounded: `-1234567.5000000` as `−1 234 567.5000000`. */
export function amountText(minor: bigint, scale: number): string {
  const text = formatDecimal(minor < 0n ? -minor : minor, scale);
  const [whole = '', fraction] = text.split('.', 2);
  const body = fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
  return minor < 0n ? `${TRUE_MINUS}${body}` : body;
}

/** An amount as it came over the contract; anything else there is a defect and is not shown as money. */
export function minorOf(text: string): bigint {
  const minor = parseMinor(text);
  if (minor === null) throw new TypeError(`Not an amount in minor units: ${text}`);
  return minor;
}

/** What somebody typed. Spaces for grouping are allowed, a comma is not: it means two things. */
export function readAmount(typed: string, scale: number): ReturnType<typeof parseDecimal> {
  return parseDecimal(typed.replace(/[\s\u00a0\u2009\u202f]/g, ''), scale);
}
