import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AssetId, assetId } from '../../../../core/money/assets.ts';
import { checkNowPaymentsKeys, nowPaymentsBalances } from '../../../../main/rails/nowpayments/check-keys.ts';
import { fromNowPayments, toNowPayments } from '../../../../main/rails/nowpayments/currency.ts';
import { numberOf, readJson } from '../../../../main/rails/nowpayments/json-text.ts';
import { KEYS, nowWorld } from '../../../support/nowpayments-world.ts';

const scales = (scale: number) => (asset: AssetId) => (asset.startsWith('now:') ? scale : null);
const ETH = assetId('now:eth');

describe('an amount', () => {
  it('goes out as a number of JSON and comes back as the same, whatever it is, or is refused', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 18n }), fc.integer({ min: 0, max: 8 }), (amountMinor, scale) => {
        const money = toNowPayments(ETH, amountMinor, scales(scale));
        if ('why' in money) return;
        const sent = JSON.stringify({ amount: numberOf(money.amount) });
        // As a program with floats reads it and writes it again.
        const echoed = JSON.stringify(JSON.parse(sent));
        expect(echoed).toBe(sent);
        expect(fromNowPayments('ETH', money.amount, scales(scale))).toEqual({ assetId: ETH, amountMinor });
      }),
    );
  });

  it.each([
    [100_000_000n, 8, '1'],
    [1_000_000_000n, 8, '10'],
    [12_300n, 8, '0.000123'],
    [100n, 8, '0.000001'],
    [999_999_999_999_999n, 6, '999999999.999999'],
    [5n, 0, '5'],
  ])('of %i at %i decimals is said as %s', (amountMinor, scale, amount) => {
    expect(toNowPayments(ETH, amountMinor, scales(scale))).toEqual({ currency: 'eth', amount });
  });

  it.each([
    ['a seventh decimal', ETH, 1n, 8, /6 decimals/],
    ['more digits than a float keeps', ETH, 10n ** 15n + 1n, 6, /15 digits/],
    ['nothing', ETH, 0n, 8, /above zero/],
    ['an asset of another rail', assetId('iso:USD'), 1n, 8, /pays no iso:USD/],
  ])('is refused with %s', (_what, asset, amountMinor, scale, why) => {
    expect(toNowPayments(asset, amountMinor, scales(scale))).toEqual({ why: expect.stringMatching(why) });
  });

  it('is not understood where it is finer than the asset, or of none', () => {
    expect(fromNowPayments('eth', '0.123456789', scales(8))).toBeNull();
    expect(fromNowPayments('eth', '1e3', scales(8))).toBeNull();
    expect(fromNowPayments('eth', '-1', scales(8))).toBeNull();
    expect(fromNowPayments('eth', '1', () => null)).toBeNull();
  });

  it('keeps its digits when it is read', () => {
    expect(JSON.stringify(readJson('{"a":0.10,"b":[12345678901234567890]}'))).toBe(
      '{"a":0.10,"b":[12345678901234567890]}',
    );
  });
});

describe('the keys of an account', () => {
  it('are tried by calls that change nothing, and what lies there is told in our assets', async () => {
    const world = await nowWorld();
    try {
      const access = { url: `${world.url}/v1/`, nowMs: () => world.time.nowMs };
      expect(await checkNowPaymentsKeys(KEYS, access)).toEqual({ ok: true, account: KEYS.email });
      expect(await checkNowPaymentsKeys({ ...KEYS, apiKey: '' }, access)).toMatchObject({ ok: false, isCertain: true });
      expect(await checkNowPaymentsKeys({ ...KEYS, password: '' }, access)).toMatchObject({
        ok: false,
        isCertain: true,
      });
      expect(await nowPaymentsBalances({ ...access, keys: () => KEYS }, (asset) => (asset === ETH ? 8 : null))).toEqual(
        [{ assetId: ETH, amountMinor: 100_000_000_000n }],
      );
      world.faults.away = true;
      expect(await checkNowPaymentsKeys(KEYS, access)).toMatchObject({ ok: false, isCertain: false });
    } finally {
      await world.close();
    }
  });
});
