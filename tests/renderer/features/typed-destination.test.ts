import { describe, expect, test } from 'vitest';
import { tagsOf } from '../../../renderer/features/payees/tags.ts';
import {
  currencyIsBad,
  destinationOf,
  emptyDestination,
  memoProblem,
  type TypedDestination,
} from '../../../renderer/features/payees/typed-destination.ts';

const typed = (part: Partial<TypedDestination>): TypedDestination => ({ ...emptyDestination('stellar'), ...part });

describe('a destination as it is typed', () => {
  test('has the parts of its rail and no others', () => {
    const all = { address: ' a1 ', memoType: 'id', memo: '7', currency: 'usdttrc20', extraId: '9' } as const;
    expect(destinationOf(typed({ ...all, rail: 'simulated' }))).toEqual({ rail: 'simulated', address: 'a1' });
    expect(destinationOf(typed({ ...all, rail: 'stripe' }))).toEqual({ rail: 'stripe', address: 'a1' });
    expect(destinationOf(typed(all))).toEqual({ rail: 'stellar', address: 'a1', memo: { type: 'id', value: '7' } });
    expect(destinationOf(typed({ ...all, rail: 'nowpayments' }))).toEqual({
      rail: 'nowpayments',
      address: 'a1',
      currency: 'usdttrc20',
      extraId: '9',
    });
  });

  test('is none while something is missing', () => {
    expect(destinationOf(typed({}))).toBeNull();
    expect(destinationOf(typed({ address: 'G', memoType: 'text' }))).toBeNull();
    expect(destinationOf(typed({ rail: 'nowpayments', address: '0x1' }))).toBeNull();
  });

  test('measures a text memo in bytes, not letters', () => {
    expect(memoProblem(typed({ memoType: 'text', memo: 'a'.repeat(28) }))).toBeNull();
    expect(memoProblem(typed({ memoType: 'text', memo: 'ä'.repeat(15) }))).toBe('text');
  });

  test('holds a number memo to what 64 bits hold, and a hash to 32 bytes', () => {
    expect(memoProblem(typed({ memoType: 'id', memo: '18446744073709551615' }))).toBeNull();
    expect(memoProblem(typed({ memoType: 'id', memo: '18446744073709551616' }))).toBe('id');
    expect(memoProblem(typed({ memoType: 'hash', memo: 'a'.repeat(64) }))).toBeNull();
    expect(memoProblem(typed({ memoType: 'return', memo: 'a'.repeat(63) }))).toBe('return');
  });

  test('takes a currency only as the rail writes it', () => {
    expect(currencyIsBad(typed({ currency: 'USDT' }))).toBe(true);
    expect(currencyIsBad(typed({ currency: 'usdttrc20' }))).toBe(false);
  });
});

describe('tags', () => {
  test('are what stands between the commas, each once', () => {
    expect(tagsOf(' creator, germany,, creator ')).toEqual(['creator', 'germany']);
  });

  test('are refused together when one of them is none, or when there are too many', () => {
    expect(tagsOf('creator, <b>')).toBeNull();
    expect(tagsOf(Array.from({ length: 21 }, (_, at) => `t${at}`).join())).toBeNull();
  });
});
