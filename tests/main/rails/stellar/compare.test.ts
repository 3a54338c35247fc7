/** The bytes that would be signed are held against what was approved: whatever is another is named. */
import {
  Account,
  Asset,
  Claimant,
  Keypair,
  Operation,
  StrKey,
  TransactionBuilder,
  type xdr,
} from '@stellar/stellar-sdk';
import { describe, expect, it } from 'vitest';
import type { ChainPayment, TransactionOrder } from '../../../../core/rails/chain.ts';
import { buildPayments, operationBytes } from '../../../../main/rails/stellar/build.ts';
import { differenceFrom } from '../../../../main/rails/stellar/compare.ts';
import { networkPassphrase, payment } from '../../../support/stellar-world.ts';

const source = Keypair.random().publicKey();
const payee = Keypair.random().publicKey();
const thief = Keypair.random().publicKey();
const BALANCE = `00000000${'ab'.repeat(32)}`;
const OTHER_BALANCE = `00000000${'cd'.repeat(32)}`;

const order = (change: Partial<TransactionOrder>): TransactionOrder => ({
  source,
  sequence: 8n,
  payments: [],
  reclaims: [],
  feePerOperation: 100n,
  maxTimeS: 1_900_000_000,
  ...change,
});
const one = (change: Partial<ChainPayment> = {}) => order({ payments: [payment(payee, 20_000_000n, change)] });
const opened = { method: 'create_account' } as const;
const left = { method: 'claimable_balance', reclaimAfterS: 3_600 } as const;

/** A transaction like the ordered ones, with that operation in it. */
function withOperation(operation: xdr.Operation): string {
  const { sequence, maxTimeS } = order({});
  return new TransactionBuilder(new Account(source, String(sequence - 1n)), {
    fee: '100',
    networkPassphrase,
    timebounds: { minTime: 0, maxTime: maxTimeS },
  })
    .addOperation(operation)
    .build()
    .toXDR();
}

const later = (seconds: number) => Claimant.predicateNot(Claimant.predicateBeforeRelativeTime(String(seconds)));
const claimable = (...claimants: readonly Claimant[]) =>
  withOperation(Operation.createClaimableBalance({ asset: Asset.native(), amount: '2', claimants: [...claimants] }));

describe('a transaction in another way than a payment', () => {
  it.each([
    ['opens an account', one(opened)],
    ['leaves a balance to be claimed', one(left)],
    ['takes balances back', order({ reclaims: [BALANCE, OTHER_BALANCE] })],
  ])('is what was ordered when it %s', (_what, ordered) => {
    const { envelope, feeMinor } = buildPayments(ordered, networkPassphrase);
    expect(differenceFrom(envelope, { ...ordered, feeMinor }, networkPassphrase)).toBeNull();
    expect(differenceFrom(envelope, { ...ordered, feeMinor: feeMinor - 1n }, networkPassphrase)).toBe('fee');
  });

  it.each([
    ['another amount', { amount: '2.0000001' }, 'amount'],
    ['somebody else’s address', { destination: thief }, 'destination'],
    ['another asset', { asset: new Asset('XLM', thief) }, 'asset'],
    ['a payment out of another account', { source: thief }, 'source'],
  ])('is told apart from one of %s', (_what, change, part) => {
    const ordered = { destination: payee, asset: Asset.native(), amount: '2' };
    const expected = { ...one(), feeMinor: 100n };
    const told = (parts: Partial<Parameters<typeof Operation.payment>[0]>) =>
      differenceFrom(withOperation(Operation.payment({ ...ordered, ...parts })), expected, networkPassphrase);
    expect([told({}), told(change)]).toEqual([null, `operation 1: ${part}`]);
  });

  it.each([
    [
      'another amount that is set aside',
      one({ ...left, amountMinor: 20_000_001n }),
      claimable(new Claimant(payee), new Claimant(source, later(3_600))),
      'amount',
    ],
    [
      'an account that is opened with more',
      one(opened),
      withOperation(Operation.createAccount({ destination: payee, startingBalance: '2.0000001' })),
      'amount',
    ],
    ['an ordinary payment', one(opened), buildPayments(one(), networkPassphrase).envelope, 'type'],
    ['an opened account', one(), buildPayments(one(opened), networkPassphrase).envelope, 'type'],
    [
      'somebody else’s account',
      one(opened),
      withOperation(Operation.createAccount({ destination: thief, startingBalance: '2' })),
      'destination',
    ],
    [
      'somebody else who may claim',
      one(left),
      claimable(new Claimant(thief), new Claimant(source, later(3_600))),
      'destination',
    ],
    ['nobody who may take it back', one(left), claimable(new Claimant(payee)), 'destination'],
    [
      'a third who may claim',
      one(left),
      claimable(new Claimant(payee), new Claimant(source, later(3_600)), new Claimant(thief)),
      'destination',
    ],
    [
      'a treasury that may take it back earlier',
      one(left),
      claimable(new Claimant(payee), new Claimant(source, later(60))),
      'predicate',
    ],
    [
      'a treasury that may take it back at once',
      one(left),
      claimable(new Claimant(payee), new Claimant(source)),
      'predicate',
    ],
    [
      'a payee who may claim later only',
      one(left),
      claimable(new Claimant(payee, later(60)), new Claimant(source, later(3_600))),
      'predicate',
    ],
    [
      'another balance',
      order({ reclaims: [BALANCE] }),
      withOperation(Operation.claimClaimableBalance({ balanceId: OTHER_BALANCE })),
      'balance',
    ],
    [
      'another account that takes it',
      order({ reclaims: [BALANCE] }),
      withOperation(Operation.claimClaimableBalance({ balanceId: BALANCE, source: thief })),
      'source',
    ],
    [
      'a payment where a balance is taken back',
      order({ reclaims: [BALANCE] }),
      buildPayments(one(), networkPassphrase).envelope,
      'type',
    ],
  ])('is told apart from %s', (_what, ordered, envelope, part) => {
    expect(differenceFrom(envelope, { ...ordered, feeMinor: 100n }, networkPassphrase)).toBe(`operation 1: ${part}`);
  });

  it('takes as much of a device’s memory as its bytes are, also to a muxed address or with a long code', () => {
    const usdc = { asset: { code: 'USDC', issuer: thief } };
    const muxed = StrKey.encodeMed25519PublicKey(Buffer.alloc(40, 1));
    for (const [change, bytes] of [
      [{}, 56],
      [usdc, 96],
      [{ asset: { code: 'LONGERCODE', issuer: thief } }, 104],
      [{ address: muxed }, 64],
      [opened, 52],
      [left, 128],
      [{ ...left, ...usdc }, 168],
    ] as const) {
      const signed = (count: number) =>
        buildPayments(order({ payments: Array(count).fill(payment(payee, 1n, change)) }), networkPassphrase)
          .signedBytes;
      expect(operationBytes(payment(payee, 1n, change))).toBe(bytes);
      expect(signed(2) - signed(1)).toBe(bytes);
    }
  });
});
