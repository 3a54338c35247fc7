import { StrKey } from '@stellar/stellar-sdk/base';
import { describe, expect, it } from 'vitest';
import type { Memo } from '../../../../core/contract/payees.ts';
import { stellarAddresses } from '../../../../main/rails/stellar/address.ts';

const bytes = (length: number, seed: number) => Uint8Array.from({ length }, (_, index) => (index * 7 + seed) % 256);
const ACCOUNT = StrKey.encodeEd25519PublicKey(bytes(32, 1));
const MUXED = StrKey.encodeMed25519PublicKey(bytes(40, 2));
const CONTRACT = StrKey.encodeContract(bytes(32, 3));
const SECRET = StrKey.encodeEd25519SecretSeed(bytes(32, 4));
const MEMO: Memo = { type: 'text', value: 'royalties' };

const check = (address: string, memo: Memo | null = null) =>
  stellarAddresses.check({ rail: 'stellar', address, memo, extraId: null, currency: null });

describe('a Stellar address', () => {
  it.each([
    ['an account', ACCOUNT, null],
    ['an account with a memo', ACCOUNT, MEMO],
    ['a muxed account', MUXED, null],
    ['a contract', CONTRACT, null],
  ] as const)('can be %s', (_what, address, memo) => {
    expect(check(address, memo)).toEqual({ ok: true });
  });

  it.each([
    ['a muxed account with a memo', MUXED, MEMO, 'memo'],
    ['a contract with a memo', CONTRACT, MEMO, 'memo'],
    ['an account with a memo that is too long', ACCOUNT, { type: 'text', value: 'x'.repeat(29) }, 'memo'],
    [
      'an account with one letter changed',
      `${ACCOUNT.slice(0, -1)}${ACCOUNT.endsWith('A') ? 'B' : 'A'}`,
      null,
      'address',
    ],
    ['an account in small letters', ACCOUNT.toLowerCase(), null, 'address'],
    ['an account cut short', ACCOUNT.slice(0, -1), null, 'address'],
    ['nothing', '', null, 'address'],
  ] as const)('is not %s', (_what, address, memo, field) => {
    expect(check(address, memo)).toMatchObject({ ok: false, field });
  });

  it('is never a secret key, and says so without repeating it', () => {
    const result = check(SECRET);
    expect(result).toMatchObject({ ok: false, why: expect.stringContaining('secret key') });
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });

  it('takes no extra id and no currency', () => {
    const parts = { rail: 'stellar', address: ACCOUNT, memo: null, extraId: null, currency: null } as const;
    expect(stellarAddresses.check({ ...parts, extraId: '1' })).toMatchObject({ field: 'extraId' });
    expect(stellarAddresses.check({ ...parts, currency: 'xlm' })).toMatchObject({ field: 'currency' });
  });
});
