/** Whether Stripe takes a key: asked by a call that changes nothing, before the key is kept. */
import Stripe from 'stripe';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { type StripeAccess, stripeClient } from './client.ts';
import { questionError } from './errors.ts';
import { balance } from './shapes.ts';

export type KeyCheck = { readonly ok: true; readonly isLive: boolean } | { readonly ok: false; readonly why: string };

const SECRET_KEY = /^(?:sk|rk)_(?:test|live)_[A-Za-z0-9_]{8,250}$/;

export async function checkStripeKey(key: string, access: Omit<StripeAccess, 'key'> = {}): Promise<KeyCheck> {
  if (!SECRET_KEY.test(key)) return { ok: false, why: 'A secret key of Stripe begins with sk_ or rk_.' };
  try {
    const { livemode } = balance.parse(await stripeClient({ ...access, key: () => key })().balance.retrieve());
    return { ok: true, isLive: livemode };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeAuthenticationError)
      return { ok: false, why: 'Stripe does not know this key.' };
    if (error instanceof Stripe.errors.StripePermissionError)
      return { ok: false, why: 'This key may not read the balance, which the treasury needs.' };
    const known = questionError(error);
    if (known instanceof ProviderUnreachable) return { ok: false, why: 'Stripe did not answer. Try again.' };
    throw known;
  }
}
