/** What an amount of one asset is worth in another: whole numbers all the way, rounded once at the end. */
import { INT64_MAX } from '../money/minor.ts';

/** Whole units of the second asset for one whole unit of the first, as an exact fraction. */
export interface Rate {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** In minor units of the second asset, half a unit to the even one; null when no account could hold it. */
export function convert(amountMinor: bigint, rate: Rate, fromScale: number, toScale: number): bigint | null {
  const dividend = amountMinor * rate.numerator * 10n ** BigInt(toScale);
  const divisor = rate.denominator * 10n ** BigInt(fromScale);
  const whole = dividend / divisor;
  const twiceRest = (dividend % divisor) * 2n;
  const up = twiceRest > divisor || (twiceRest === divisor && whole % 2n === 1n);
  const converted = up ? whole + 1n : whole;
  return converted > INT64_MAX ? null : converted;
}
