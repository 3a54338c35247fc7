import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountText, minorOf, readAmount } from '../../../renderer/ui/amount-text.ts';

const THIN = '\u2009';

describe('an amount on screen', () => {
  test('is grouped by thin spaces, with every decimal place', () => {
    expect(amountText(123456789n, 2)).toBe(`1${THIN}234${THIN}567.89`);
    expect(amountText(100n, 2)).toBe('1.00');
    expect(amountText(5n, 7)).toBe('0.0000005');
    expect(amountText(1234n, 0)).toBe(`1${THIN}234`);
  });

  test('has a true minus when negative, also below one', () => {
    expect(amountText(-5n, 2)).toBe('\u22120.05');
    expect(amountText(-123456n, 2)).toBe(`\u22121${THIN}234.56`);
  });

  test('keeps digits that a floating point number would lose', () => {
    expect(amountText(9_223_372_036_854_775_807n, 7)).toBe(`922${THIN}337${THIN}203${THIN}685.4775807`);
  });

  test('can be typed back exactly as it is shown', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n }),
        fc.integer({ min: 0, max: 8 }),
        (minor, scale) => {
          expect(readAmount(amountText(minor, scale), scale)).toEqual({ ok: true, minor });
        },
      ),
    );
  });

  test('that is no amount is a defect, not money', () => {
    expect(() => minorOf('12.50')).toThrow(TypeError);
    expect(minorOf('-1250')).toBe(-1250n);
  });
});

describe('a typed amount', () => {
  test('may be grouped by spaces', () => {
    expect(readAmount(' 1 234.5 ', 2)).toEqual({ ok: true, minor: 123450n });
  });

  test('with a comma is refused: it means a thousand to some and a tenth to others', () => {
    expect(readAmount('1,234', 2)).toEqual({ ok: false, problem: 'not_a_number' });
  });

  test('finer than the asset is refused, never rounded', () => {
    expect(readAmount('0.005', 2)).toEqual({ ok: false, problem: 'too_many_decimals' });
  });
});
