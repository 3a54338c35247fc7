import { describe, expect, it } from 'vitest';
import type { Memo, NewDestination } from '../../../core/contract/payees.ts';
import {
  checkMemo,
  isFederationName,
  nowpaymentsAddresses,
  partsOf,
  simulatedAddresses,
  stripeAddresses,
} from '../../../core/rails/address.ts';

const checkers = { stripe: stripeAddresses, nowpayments: nowpaymentsAddresses, simulated: simulatedAddresses };
type Checked = NewDestination & { rail: keyof typeof checkers };
const check = (destination: Checked) => checkers[destination.rail].check(partsOf(destination));
const wrongPart = (destination: Checked) => {
  const result = check(destination);
  return result.ok ? null : result.field;
};
const coin = (currency: string, address: string, more: Partial<Omit<NewDestination, 'rail'>> = {}): Checked => ({
  rail: 'nowpayments',
  currency,
  address,
  ...more,
});

describe('where a rail pays', () => {
  it.each<Checked>([
    { rail: 'simulated', address: 'sim:ana-ruiz-7' },
    { rail: 'stripe', address: 'acct_1N2abcDEF3ghiJKL' },
    coin('btc', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'),
    coin('btc', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'),
    coin('eth', '0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe'),
    coin('usdterc20', '0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae'),
    coin('usdttrc20', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8'),
    coin('xrp', 'rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh', { extraId: '104552' }),
    coin('sol', '7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV'),
    coin('zec', 't1Rv4exT7bqhZqi2j7xz8bUHDMxwosrjADU'),
  ])('takes $address', (destination) => {
    expect(check(destination)).toEqual({ ok: true });
  });

  it.each<[string, Checked, string]>([
    ['a simulated address with capitals', { rail: 'simulated', address: 'sim:Ana' }, 'address'],
    [
      'a simulated address with a memo',
      { rail: 'simulated', address: 'sim:ana', memo: { type: 'id', value: '1' } },
      'memo',
    ],
    ['a customer instead of a connected account', { rail: 'stripe', address: 'cus_1N2abcDEF3ghiJKL' }, 'address'],
    ['a connected account with something behind it', { rail: 'stripe', address: 'acct_1N2abcDEF3ghiJKL/x' }, 'address'],
    [
      'a connected account with an extra id',
      { rail: 'stripe', address: 'acct_1N2abcDEF3ghiJKL', extraId: '1' },
      'extraId',
    ],
    [
      'a coin address without its currency',
      { rail: 'nowpayments', address: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4' },
      'currency',
    ],
    ['an address of another coin', coin('btc', '0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae'), 'address'],
    [
      'a token of one network at an address of another',
      coin('usdttrc20', '0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae'),
      'address',
    ],
    ['hex that is one digit short', coin('eth', '0xde0b295669a9fd93d5f28d9ec85e40f4cb697ba'), 'address'],
    ['an extra id with a space', coin('xrp', 'rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh', { extraId: '1 2' }), 'extraId'],
    [
      'a coin with a memo',
      coin('xrp', 'rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh', { memo: { type: 'id', value: '1' } }),
      'memo',
    ],
    ['an address with spaces in a currency nobody knows', coin('newcoin', 'abc def ghi'), 'address'],
  ])('refuses %s, and says which part is wrong', (_what, destination, field) => {
    expect(wrongPart(destination)).toBe(field);
  });
});

describe('a memo', () => {
  it.each<Memo>([
    { type: 'text', value: 'x'.repeat(28) },
    { type: 'text', value: 'äöü'.repeat(4) },
    { type: 'id', value: '0' },
    { type: 'id', value: '18446744073709551615' },
    { type: 'hash', value: 'ab'.repeat(32) },
    { type: 'return', value: '00'.repeat(32) },
  ])('of type $type can be $value', (memo) => {
    expect(checkMemo(memo)).toEqual({ ok: true });
  });

  it.each<[string, Memo]>([
    ['text of 29 bytes', { type: 'text', value: 'x'.repeat(29) }],
    ['text of 28 characters and more bytes', { type: 'text', value: `${'x'.repeat(27)}ä` }],
    ['a number one too large', { type: 'id', value: '18446744073709551616' }],
    ['a number of twenty digits and more', { type: 'id', value: '1'.repeat(21) }],
    ['a number below zero', { type: 'id', value: '-1' }],
    ['a number with a leading zero', { type: 'id', value: '01' }],
    ['a hash of 31 bytes', { type: 'hash', value: 'ab'.repeat(31) }],
    ['a hash in capitals', { type: 'hash', value: 'AB'.repeat(32) }],
    ['a return that is no hex', { type: 'return', value: 'zz'.repeat(32) }],
  ])('is not %s', (_what, memo) => {
    expect(checkMemo(memo)).toMatchObject({ ok: false, field: 'memo' });
  });
});

describe('a federation name', () => {
  it('is told from an address', () => {
    expect(isFederationName('ana*example.com')).toBe(true);
    expect(isFederationName('ana+royalties@mail.com*pay.example.com')).toBe(true);
    for (const text of [
      'ana',
      'ana*',
      '*example.com',
      'ana*example',
      'a*b*example.com',
      'ana*exa mple.com',
      'ana*example.com/x',
      'ana*example.com:8000',
    ]) {
      expect(isFederationName(text), text).toBe(false);
    }
  });
});
