/** Another way of paying is an edit that needs its own approval, and goes only where it could arrive. */
import { describe, expect, it } from 'vitest';
import type { PayoutId } from '../../../core/ids/ids.ts';
import { assetId } from '../../../core/money/assets.ts';
import { methodsCarried, type Paid, refuseMethod } from '../../../core/payouts/methods.ts';

const ACCOUNT = `G${'A'.repeat(55)}`;
const XLM = assetId('stellar:testnet:native');
const USDC = assetId(`stellar:testnet:USDC-${ACCOUNT}`);

const paid = (change: Partial<Paid> = {}): Paid => ({
  id: 'pay_1' as PayoutId,
  rail: 'stellar',
  method: 'create_account',
  reclaimAfterS: null,
  destination: { id: 'dst_1', rail: 'stellar', address: ACCOUNT, memo: null, extraId: null, currency: null },
  assetId: XLM,
  amountMinor: 10_000_000n,
  ...change,
});
const to = (address: string, memo: Paid['destination']['memo'] = null) => ({
  destination: { ...paid().destination, address, memo },
});
const claimable = { method: 'claimable_balance', reclaimAfterS: 3_600 } as const;

describe('a way of paying', () => {
  it.each<[string, Partial<Paid>, string | null]>([
    ['opens an account with 1 XLM', {}, null],
    ['opens none with less', { amountMinor: 9_999_999n }, 'amount'],
    ['opens none with another asset', { assetId: USDC }, 'asset'],
    ['opens none at a muxed address', to(`M${'A'.repeat(68)}`), 'address'],
    ['opens none at a contract', to(`C${'A'.repeat(55)}`), 'contract'],
    ['opens an account with a memo beside it', to(ACCOUNT, { type: 'text', value: 'hello' }), null],
    ['leaves any asset to be claimed', { ...claimable, assetId: USDC, amountMinor: 1n }, null],
    [
      'leaves nothing with a memo, which the claim would lose',
      { ...claimable, ...to(ACCOUNT, { type: 'id', value: '7' }) },
      'memo',
    ],
    ['leaves nothing at a muxed address', { ...claimable, ...to(`M${'A'.repeat(68)}`) }, 'address'],
    ['leaves nothing for ever', { method: 'claimable_balance' }, 'terms'],
    ['takes back nothing but what is to be claimed', { reclaimAfterS: 3_600 }, 'terms'],
    ['is Stellar’s alone', { rail: 'stripe' }, 'rail'],
  ])('%s', (_what, change, because) => {
    const ask = () => refuseMethod(paid(change));
    if (because === null) expect(ask).not.toThrow();
    else
      expect(ask).toThrow(
        expect.objectContaining({ code: 'payout.method', data: expect.objectContaining({ because }) }),
      );
  });

  it('is one of several on Stellar only, and opening an account only in its own asset', () => {
    expect(methodsCarried('stripe', 'iso:USD')).toEqual(['payment']);
    expect(methodsCarried('stellar', XLM)).toContain('create_account');
    expect(methodsCarried('stellar', USDC)).not.toContain('create_account');
  });
});
