import { describe, expect, test } from 'vitest';
import {
  percentText,
  readDays,
  readDiscountTiers,
  readFormulaTiers,
  readMembers,
  readPercent,
} from '../../../renderer/features/campaigns/typed-terms.ts';

describe('a percent as typed', () => {
  test.each([
    ['12.5', 1_250],
    ['0.01', 1],
    ['100', 10_000],
    ['100.01', null],
    ['0', null],
    ['-1', null],
    ['1.005', null],
    ['', null],
    ['five', null],
  ])('%s → %s', (typed, basisPoints) => {
    expect(readPercent(typed)).toBe(basisPoints);
  });

  test('is shown without zeros that say nothing', () => {
    expect([1_250, 1, 10_000, 700].map(percentText)).toEqual(['12.5', '0.01', '100', '7']);
  });
});

test('days are whole, and at most ten years', () => {
  expect(['1', '3650', '0', '3651', '1.5', '', '-2'].map(readDays)).toEqual([1, 3_650, null, null, null, null, null]);
});

describe('tiers as typed', () => {
  test('of a formula rise, and are read exactly', () => {
    expect(readFormulaTiers('0; 1\n10.5;\t2\n\n1 000; 3.000001', 6)).toBeNull();
    expect(readFormulaTiers('0; 1\n10.5; 2\n1 000\t3.000001\n', 6)).toEqual([
      { fromMinor: '0', amountMinor: '1000000' },
      { fromMinor: '10500000', amountMinor: '2000000' },
      { fromMinor: '1000000000', amountMinor: '3000001' },
    ]);
    for (const bad of ['', '5; 1\n5; 2', '5', '5; 0', '-5; 1', 'a; 1', '5; 1; 2', '5; 1.0000001']) {
      expect(readFormulaTiers(bad, 6), bad).toBeNull();
    }
  });

  test('of a discount have a percent each', () => {
    expect(readDiscountTiers('gold; 10\nold friends; 2.5', 'membership', null, 6)).toEqual({
      by: 'membership',
      tiers: [
        { membership: 'gold', basisPoints: 1_000 },
        { membership: 'old friends', basisPoints: 250 },
      ],
    });
    expect(readDiscountTiers('100; 5', 'spend', 30, 6)).toEqual({
      by: 'spend',
      windowDays: 30,
      tiers: [{ fromMinor: '100000000', basisPoints: 500 }],
    });
    for (const bad of ['gold', 'gold; 101', '; 5', 'gold; 0']) {
      expect(readDiscountTiers(bad, 'membership', null, 6), bad).toBeNull();
    }
  });
});

describe('the members of a batch', () => {
  test('are references alone where everybody gets the same', () => {
    expect(readMembers('M-1\n\n M-2 \n', false, 6, 10)).toEqual({
      ok: true,
      members: [{ reference: 'M-1' }, { reference: 'M-2' }],
    });
  });

  test('have a figure where the formula goes by one', () => {
    expect(readMembers('M-1\t12.5\nM 2; 1 000', true, 6, 10)).toEqual({
      ok: true,
      members: [
        { reference: 'M-1', basisMinor: '12500000' },
        { reference: 'M 2', basisMinor: '1000000000' },
      ],
    });
  });

  test.each([
    ['a figure is missing', 'M-1; 5\nM-2', true, { problem: 'figureMissing', at: 2 }],
    ['a figure is below zero', 'M-1; -5', true, { problem: 'figureMissing', at: 1 }],
    ['a figure is not wanted', 'M-1; 5', false, { problem: 'figureUnwanted', at: 1 }],
    ['one stands there twice', 'M-1\nM-2\nM-1', false, { problem: 'twice', reference: 'M-1' }],
    ['there are too many', 'a\nb\nc\nd', false, { problem: 'tooMany' }],
  ])('are not granted while %s', (_name, typed, withFigure, problem) => {
    expect(readMembers(typed, withFigure, 6, 3)).toMatchObject({ ok: false, ...problem });
  });
});
