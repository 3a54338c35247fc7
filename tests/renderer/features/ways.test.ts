import { expect, test } from 'vitest';
import type { Payout } from '../../../core/contract/index.ts';
import { spanText } from '../../../renderer/features/payouts/method-text.tsx';
import { whyNotSo } from '../../../renderer/features/payouts/ways.ts';

const ACCOUNT = `G${'A'.repeat(55)}`;
const payout = (change: object = {}, destination: object = {}) =>
  ({
    assetId: 'stellar:testnet:native',
    amountMinor: '10000000',
    ...change,
    destination: { address: ACCOUNT, memo: null, ...destination },
  }) as Payout;

test.each([
  ['an account that is opened with enough', 'create_account', payout(), null],
  ['with too little', 'create_account', payout({ amountMinor: '9999999' }), 'amount'],
  ['with another asset', 'create_account', payout({ assetId: `stellar:testnet:USDC-${ACCOUNT}` }), 'asset'],
  ['at a muxed address', 'create_account', payout({}, { address: `M${'A'.repeat(68)}` }), 'address'],
  ['a balance left in any asset', 'claimable_balance', payout({ assetId: `stellar:testnet:USDC-${ACCOUNT}` }), null],
  ['with a memo', 'claimable_balance', payout({}, { memo: { type: 'id', value: '7' } }), 'memo'],
  ['a payment to whatever address', 'payment', payout({}, { address: `M${'A'.repeat(68)}` }), null],
] as const)('%s', (_what, way, of, why) => {
  expect(whyNotSo(way, of)).toBe(why);
});

test('a time is shown as it is signed, in the largest whole unit', () => {
  expect([86_400, 2_592_000, 5_400, 7_200].map(spanText)).toEqual(['1 day', '30 days', '5400 seconds', '2 hours']);
});
