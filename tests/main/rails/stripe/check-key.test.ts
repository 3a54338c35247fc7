import { afterEach, describe, expect, it } from 'vitest';
import { checkStripeKey } from '../../../../main/rails/stripe/check-key.ts';
import { type StripeWorld, stripeWorld } from '../../../support/stripe-world.ts';

let world: StripeWorld | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

const begin = async () => {
  world = await stripeWorld();
  return world;
};

describe('a key of Stripe, before it is kept', () => {
  it('is tried out by a call that changes nothing', async () => {
    const { url, faults } = await begin();
    expect(await checkStripeKey('sk_test_0123456789', { url })).toEqual({
      ok: true,
      isLive: false,
      account: 'acct_1SandboxPlatform',
    });
    expect(faults.calls).toEqual(['stripe.balance.retrieve', 'stripe.accounts.retrieveCurrent']);
  });

  it.each(['', 'sk_test_', 'pk_test_0123456789', 'sk_test_0123456789\nx', 'whsec_0123456789'])(
    'is not even sent when it is none: %j',
    async (key) => {
      const { url, faults } = await begin();
      expect(await checkStripeKey(key, { url })).toEqual({
        ok: false,
        why: expect.stringContaining('sk_'),
        isCertain: true,
      });
      expect(faults.calls).toEqual([]);
    },
  );

  it('is refused when Stripe does not know it', async () => {
    const { url } = await begin();
    expect(await checkStripeKey('sk_live_0123456789', { url })).toEqual({
      ok: false,
      why: 'Stripe does not know this key.',
      isCertain: true,
    });
  });

  it('is neither good nor bad while Stripe does not answer, and is told to nobody', async () => {
    const { url, faults } = await begin();
    faults.away = true;
    const check = await checkStripeKey('sk_test_0123456789', { url });
    expect(check).toEqual({ ok: false, why: 'Stripe did not answer. Try again.', isCertain: false });
    expect(JSON.stringify(check)).not.toContain('0123456789');
  });
});
