import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AssetParts, assetIdOf } from '../../../renderer/features/ledger/asset-identity.ts';
import { readOpened } from '../../../renderer/features/ledger/opened.ts';
import { rateText, readRate } from '../../../renderer/features/ledger/rate.ts';

describe('a rate', () => {
  test('is kept as the exact fraction of what was typed', () => {
    expect(readRate('1.0845')).toEqual({ numerator: 2169n, denominator: 2000n });
    expect(readRate(' 150 ')).toEqual({ numerator: 150n, denominator: 1n });
    expect(readRate('0.000000000000001')).toEqual({ numerator: 1n, denominator: 10n ** 15n });
  });

  test('is none when it is zero, below it, or no plain number', () => {
    for (const typed of ['', '0', '0.00', '-1', '1,08', '1e3', '.5', '1.', '1.0000000000000001']) {
      expect(readRate(typed), typed).toBeNull();
    }
  });

  test('is shown as it was typed, without the zeros that say nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 1, max: 999_999_999 }), (whole, part) => {
        const decimals = part.toString().padStart(9, '0').replace(/0+$/, '');
        const read = readRate(`${whole}.${part.toString().padStart(9, '0')}`);
        expect(read && rateText(read)).toBe(`${whole}.${decimals}`);
      }),
    );
  });

  test('that no decimal says exactly is shown as a fraction', () => {
    expect(rateText({ numerator: 1n, denominator: 3n })).toBe('1/3');
  });
});

describe('the identity of a new asset', () => {
  const parts = (changes: Partial<AssetParts>): AssetParts => ({
    kind: 'iso',
    code: '',
    network: 'testnet',
    native: false,
    issuer: '',
    ...changes,
  });
  const issuer = `G${'A'.repeat(55)}`;

  test('is made of what it is, where it lives and who issued it', () => {
    expect(assetIdOf(parts({ code: ' gbp ' }))).toBe('iso:GBP');
    expect(assetIdOf(parts({ kind: 'stellar', code: 'USDC', issuer }))).toBe(`stellar:testnet:USDC-${issuer}`);
    expect(assetIdOf(parts({ kind: 'stellar', native: true, network: 'public' }))).toBe('stellar:public:native');
    expect(assetIdOf(parts({ kind: 'now', code: 'USDTTRC20' }))).toBe('now:usdttrc20');
  });

  test('is none while a part is missing or is no such thing', () => {
    for (const some of [{}, { code: 'EURO' }, { kind: 'stellar', code: 'USDC' }, { kind: 'now', code: 'a' }] as const) {
      expect(assetIdOf(parts(some)), JSON.stringify(some)).toBeNull();
    }
  });
});

describe('what is open beside the books', () => {
  test('is an account, a transaction, a quote, a form or nothing', () => {
    const quote = `fxq_${'0'.repeat(25)}`;
    expect(readOpened('a12')).toEqual({ kind: 'account', id: '12' });
    expect(readOpened('t9007199254740993')).toEqual({ kind: 'transaction', id: '9007199254740993' });
    expect(readOpened(quote)).toEqual({ kind: 'quote', id: quote });
    expect(readOpened('new')).toEqual({ kind: 'new' });
    for (const open of [null, 'a', 'a0', 'x3', 'a-1', 't1.5', 'a12345678901234567890']) {
      expect(readOpened(open), String(open)).toBeNull();
    }
  });
});
