/** A rate as people write it and as an exact fraction; no digit is rounded away unsaid. */
const RATE = /^(\d{1,12})(?:\.(\d{1,15}))?$/;

export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}

/** `1.0845` as 2169/2000. Null when it is no number above zero. */
export function readRate(typed: string): Fraction | null {
  const match = RATE.exec(typed.trim());
  if (!match) return null;
  const [, whole = '', decimals = ''] = match;
  const numerator = BigInt(whole + decimals);
  if (numerator === 0n) return null;
  const denominator = 10n ** BigInt(decimals.length);
  const divisor = commonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** Long enough for every rate anybody quotes; a longer one is shown as the fraction it is. */
const DECIMALS_MAX = 15;

/** The fraction as a decimal where it is one exactly, else as a fraction. */
export function rateText({ numerator, denominator }: Fraction): string {
  const scaled = numerator * 10n ** BigInt(DECIMALS_MAX);
  if (scaled % denominator !== 0n) return `${numerator}/${denominator}`;
  const digits = (scaled / denominator).toString().padStart(DECIMALS_MAX + 1, '0');
  const decimals = digits.slice(-DECIMALS_MAX).replace(/0+$/, '');
  const whole = digits.slice(0, -DECIMALS_MAX);
  return decimals === '' ? whole : `${whole}.${decimals}`;
}
