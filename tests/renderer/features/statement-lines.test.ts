import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDecimal, INT64_MAX } from '../../../core/money/minor.ts';
import {
  emptyLine,
  linesToSend,
  pastedLines,
  sumOf,
  type TypedLine,
} from '../../../renderer/features/statements/typed-lines.ts';

const line = (amount: string, more: Partial<TypedLine> = {}): TypedLine => ({
  ...emptyLine(0),
  description: 'Streams',
  amount,
  ...more,
});

describe('the lines of a statement', () => {
  test('add up exactly, whatever the amounts', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), { minLength: 1 }), (amounts) => {
        const lines = amounts.map((minor) => line(formatDecimal(minor, 7)));
        const sum = amounts.reduce((total, minor) => total + minor, 0n);
        expect(sumOf(lines, 7)).toEqual({ totalMinor: sum, whole: true });
        expect(linesToSend(lines, 7).map(({ amountMinor }) => BigInt(amountMinor))).toEqual(amounts);
      }),
    );
  });

  test('are not whole while one that was begun misses something, and blank ones do not count', () => {
    expect(sumOf([line('1.00'), emptyLine(1)], 2)).toEqual({ totalMinor: 100n, whole: true });
    expect(sumOf([emptyLine(0)], 2).whole).toBe(false);
    expect(sumOf([line('1.005')], 2).whole).toBe(false);
    expect(sumOf([line('1.00', { description: ' ' })], 2).whole).toBe(false);
    expect(sumOf([line('1.00', { quantity: 'many' })], 2).whole).toBe(false);
    expect(sumOf([line('1.00', { quantity: '-12.5' })], 2).whole).toBe(true);
  });

  test('have no total beyond what the ledger holds', () => {
    const most = formatDecimal(INT64_MAX, 2);
    expect(sumOf([line(most)], 2).totalMinor).toBe(INT64_MAX);
    expect(sumOf([line(most), line('0.01')], 2).totalMinor).toBeNull();
  });

  test('come out of a spreadsheet with or without quantities', () => {
    expect(pastedLines('Streams\t1204\t12.50\r\nAdvance\t\t-2.00\r\n')).toEqual([
      { description: 'Streams', quantity: '1204', amount: '12.50' },
      { description: 'Advance', quantity: '', amount: '-2.00' },
    ]);
    expect(pastedLines('Streams\t12.50')).toEqual([{ description: 'Streams', quantity: '', amount: '12.50' }]);
    expect(pastedLines('just words')).toBeNull();
  });
});
