import { Account, Asset, Memo, Networks, Operation, TransactionBuilder } from '@stellar/stellar-sdk/base';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIXED_BYTES, largestBatch, PAYMENT_BYTES } from '../../../../main/signing/ledger/largest-batch.ts';

const APP_5 = { version: '5.6.0', dataBytesMax: 10_240 };
const APP_6 = { version: '6.0.0', dataBytesMax: 8_192 };
const NANO_X = { version: '6.0.0', dataBytesMax: 4_096 };

const payments = (count: number, bytes: number = PAYMENT_BYTES.issued) => Array.from({ length: count }, () => bytes);

/** How often a person presses for that many payments. */
function confirmations(limits: typeof APP_5, count: number): number {
  let left = payments(count);
  let pressed = 0;
  while (left.length > 0) {
    left = left.slice(largestBatch(limits, { operationBytes: left }));
    pressed += 1;
  }
  return pressed;
}

describe('the largest batch', () => {
  test.each([
    ['app 5: 35 operations', APP_5, PAYMENT_BYTES.issued, 35],
    ['app 5, of lumens', APP_5, PAYMENT_BYTES.native, 35],
    ['app 6: 8,192 bytes', APP_6, PAYMENT_BYTES.issued, 84],
    ['app 6, of lumens: the network takes 100', APP_6, PAYMENT_BYTES.native, 100],
    ['app 6 on a Nano X: 4,096 bytes', NANO_X, PAYMENT_BYTES.issued, 41],
    ['app 6 on a Nano X, of lumens', NANO_X, PAYMENT_BYTES.native, 71],
  ])('on %s', (_, limits, bytes, count) => {
    expect(largestBatch(limits, { operationBytes: payments(200, bytes) })).toBe(count);
  });

  test('makes 29 confirmations of 1,000 payments on app 5, and 12 on app 6', () => {
    expect(confirmations(APP_5, 1_000)).toBe(29);
    expect(confirmations(APP_6, 1_000)).toBe(12);
  });

  test('leaves room for the memo, and is no larger than wanted', () => {
    expect(largestBatch(APP_6, { operationBytes: payments(100), memoBytes: 32 })).toBe(83);
    expect(largestBatch(APP_6, { operationBytes: payments(100), operationsMax: 20 })).toBe(20);
    expect(largestBatch(APP_5, { operationBytes: payments(100), operationsMax: 90 })).toBe(35);
  });

  test('of nothing, or where not even one fits, is none', () => {
    expect(largestBatch(APP_6, { operationBytes: [] })).toBe(0);
    expect(largestBatch({ version: '6.0.0', dataBytesMax: 200 }, { operationBytes: payments(1) })).toBe(0);
  });

  test('on an app of an unknown version is what every app takes', () => {
    expect(largestBatch({ version: '', dataBytesMax: 100_000 }, { operationBytes: payments(100) })).toBe(35);
  });

  test('never is over any limit, and one more always would be', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(APP_5, APP_6, NANO_X),
        fc.array(fc.integer({ min: 20, max: 400 }), { maxLength: 120 }),
        fc.integer({ min: 0, max: 36 }),
        (limits, operationBytes, memoBytes) => {
          const count = largestBatch(limits, { operationBytes, memoBytes });
          const countMax = limits.version.startsWith('5') ? 35 : 100;
          const bytesOf = (some: number) =>
            operationBytes.slice(0, some).reduce((sum, size) => sum + size, FIXED_BYTES + memoBytes);
          expect(count).toBeLessThanOrEqual(countMax);
          if (count > 0) expect(bytesOf(count)).toBeLessThanOrEqual(limits.dataBytesMax);
          if (count < Math.min(countMax, operationBytes.length)) {
            expect(bytesOf(count + 1)).toBeGreaterThan(limits.dataBytesMax);
          }
        },
      ),
    );
  });
});

describe('the bytes it reckons with', () => {
  const account = 'GCNCEJIAZ5D3APIF5XWAJ3JSSTHM4HPHE7GK3NAB6R6WWSZDB2A2BQ5B';
  const usdc = new Asset('USDC', 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN');

  function size(asset: Asset, count: number, memo: Memo = Memo.none()): number {
    const builder = new TransactionBuilder(new Account(account, '1'), {
      fee: '100',
      networkPassphrase: Networks.PUBLIC,
      timebounds: { minTime: 0, maxTime: 2_000_000_000 },
      memo,
    });
    for (let index = 0; index < count; index += 1) {
      builder.addOperation(Operation.payment({ destination: account, asset, amount: '1' }));
    }
    return builder.build().signatureBase().length;
  }

  test('are those of real transactions', () => {
    expect(size(usdc, 35)).toBe(FIXED_BYTES + 35 * PAYMENT_BYTES.issued);
    expect(size(Asset.native(), 100)).toBe(FIXED_BYTES + 100 * PAYMENT_BYTES.native);
    expect(size(usdc, 1, Memo.id('7'))).toBe(FIXED_BYTES + PAYMENT_BYTES.issued + 8);
    expect(size(usdc, 1, Memo.hash('00'.repeat(32)))).toBe(FIXED_BYTES + PAYMENT_BYTES.issued + 32);
    expect(size(usdc, 1, Memo.text('x'.repeat(28)))).toBe(FIXED_BYTES + PAYMENT_BYTES.issued + 32);
  });
});
