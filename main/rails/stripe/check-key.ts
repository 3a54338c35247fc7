/** Whether Stripe takes a key, and whose it is: asked by calls that change nothing, before the key is used. */
import Stripe from 'stripe';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { type StripeAccess, stripeClient } from './client.ts';
import { questionError } from './errors.ts';
import { account, balance } from './shapes.ts';

export type KeyCheck =
  | { readonly ok: true; readonly isLive: boolean; readonly account: string }
  /** `isCertain`: said by Stripe, or plain to see; otherwise nobody could be asked. */
  | { readonly ok: false; readonly why: string; readonly isCertain: boolean };

const SECRET_KEY = /^(?:sk|rk)_(?:test|live)_[A-Za-z0-9_]{8,250}$/;

export async function checkStripeKey(key: string, access: Omit<StripeAccess, 'key'> = {}): Promise<KeyCheck> {
  if (!SECRET_KEY.test(key)) return refused('A secret key of Stripe begins with sk_ or rk_.');
  const client = stripeClient({ ...access, key: () => key })();
  try {
    const { livemode } = balance.parse(await client.balance.retrieve());
    const { id } = account.parse(await client.accounts.retrieveCurrent());
    return { ok: true, isLive: livemode, account: id };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeAuthenticationError) return refused('Stripe does not know this key.');
    if (error instanceof Stripe.errors.StripePermissionError)
      return refused('This key may not read the balance and the account, which the treasury needs.');
    const known = questionError(error);
    if (known instanceof ProviderUnreachable)
      return { ok: false, why: 'Stripe did not answer. Try again.', isCertain: false };
    throw known;
  }
}

const refused = (why: string): KeyCheck => ({ ok: false, why, isCertain: true });
