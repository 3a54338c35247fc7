import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssetId } from '../../../../core/money/assets.ts';
import { fromStripe, toStripe, whyNotCurrency } from '../../../../main/rails/stripe/currency.ts';

const asset = (code: string) => `iso:${code}` as AssetId;

describe('an amount on Stripe’s side', () => {
  it.each([
    ['USD', 2, 1_050n, 1_050],
    ['JPY', 0, 500n, 500],
    ['JPY', 2, 50_000n, 500],
    ['KRW', 0, 1n, 1],
    ['KWD', 3, 5_120n, 5_120],
    ['BHD', 4, 51_200n, 5_120],
    ['ISK', 0, 5n, 500],
    ['ISK', 2, 500n, 500],
    ['HUF', 2, 1_045n, 1_045],
    ['XOF', 0, 2n ** 53n - 1n, Number.MAX_SAFE_INTEGER],
  ] as const)('%s kept with %i decimals: %i here is %i there', (code, scale, amountMinor, amount) => {
    const money = { currency: code.toLowerCase(), amount };
    expect(toStripe(asset(code), amountMinor, () => scale)).toEqual(money);
    expect(fromStripe(money.currency, amount, () => scale)).toEqual({ assetId: asset(code), amountMinor });
  });

  it.each([
    ['JPY', 2, 50_001n, 'a part of a yen'],
    ['KWD', 3, 5_124n, 'a thousandth that does not end in 0'],
    ['ISK', 2, 550n, 'a part of a króna'],
    ['USD', 3, 10_505n, 'a part of a cent'],
    ['USD', 2, 0n, 'nothing'],
    ['USD', 2, -5n, 'less than nothing'],
    ['USD', 2, 2n ** 53n, 'more than a number of JSON carries'],
    ['UGX', 0, 500n, 'a currency that Stripe writes in two ways'],
  ])('%s kept with %i decimals: %i is not sent, being %s', (code, scale, amountMinor) => {
    expect(toStripe(asset(code), amountMinor, () => scale)).toEqual({ why: expect.stringMatching(/\w/) });
  });

  it('is nothing for an asset that is no currency, or is not known', () => {
    expect(whyNotCurrency('stellar:testnet:native' as AssetId)).toMatch(/pays no/);
    expect(toStripe(asset('USD'), 1n, () => null)).toEqual({ why: expect.stringContaining('not known') });
    expect(fromStripe('usdc', 1, () => 2)).toBeNull();
    expect(fromStripe('usd', 1.5, () => 2)).toBeNull();
  });

  it('of a currency that is not kept here is read in Stripe’s own unit, and one too fine not at all', () => {
    expect(fromStripe('chf', 105, () => null)).toEqual({ assetId: asset('CHF'), amountMinor: 105n });
    expect(fromStripe('usd', 105, () => 1)).toBeNull();
  });

  it('comes back as it went, whatever the currency, the decimals and the amount', () => {
    const codes = fc.constantFrom('USD', 'EUR', 'JPY', 'KRW', 'KWD', 'TND', 'ISK', 'HUF', 'XPF');
    fc.assert(
      fc.property(codes, fc.integer({ min: 0, max: 4 }), fc.bigInt(1n, 2n ** 63n - 1n), (code, scale, amountMinor) => {
        const sent = toStripe(asset(code), amountMinor, () => scale);
        if ('why' in sent) return;
        expect(fromStripe(sent.currency, sent.amount, () => scale)).toEqual({ assetId: asset(code), amountMinor });
      }),
    );
  });
});
