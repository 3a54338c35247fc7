/** Whether NOWPayments takes the keys of an account, and what lies there: asked by calls that change nothing. */
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { expected, type NowPaymentsAccess, NowPaymentsClient, type NowPaymentsKeys, NowRefusal } from './client.ts';
import { fromNowPayments, type OurMoney, type ScaleOf } from './currency.ts';
import { balances } from './shapes.ts';

export type NowPaymentsKeyCheck =
  | { readonly ok: true; readonly account: string }
  /** `isCertain`: said by NOWPayments; otherwise nobody could be asked. */
  | { readonly ok: false; readonly why: string; readonly isCertain: boolean };

type Access = Omit<NowPaymentsAccess, 'keys'>;

/** An account is known by the e-mail address that signs in to it. */
export async function checkNowPaymentsKeys(keys: NowPaymentsKeys, access: Access): Promise<NowPaymentsKeyCheck> {
  const client = new NowPaymentsClient({ ...access, keys: () => keys });
  try {
    await client.ask('GET', 'balance');
  } catch (error) {
    return whyNot(error, 'NOWPayments does not take this API key, or not from this machine.');
  }
  try {
    await client.signIn();
  } catch (error) {
    return whyNot(error, 'NOWPayments does not take this e-mail address and password.');
  }
  return { ok: true, account: keys.email.toLowerCase() };
}

function whyNot(error: unknown, words: string): NowPaymentsKeyCheck {
  if (error instanceof NowRefusal) return { ok: false, why: `${words} (${error.message})`, isCertain: true };
  if (error instanceof ProviderUnreachable)
    return { ok: false, why: 'NOWPayments did not answer. Try again.', isCertain: false };
  throw error;
}

/** What could be paid out now, in the assets that are kept here. */
export async function nowPaymentsBalances(access: NowPaymentsAccess, scaleOf: ScaleOf): Promise<readonly OurMoney[]> {
  const told = expected(balances, await new NowPaymentsClient(access).ask('GET', 'balance'));
  return Object.entries(told).flatMap(([currency, { amount }]) => fromNowPayments(currency, amount, scaleOf) ?? []);
}
