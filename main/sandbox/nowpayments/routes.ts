/** What can be asked of the simulated NOWPayments. */
import { z } from 'zod';
import { parseDecimal } from '../../../core/money/minor.ts';
import type { Fault } from '../faults/rules.ts';
import { type Account, CODES_MAX, type NewWithdrawal } from './account.ts';
import { batchBody, decimal, newBatchBody, oneBody, withdrawalBody } from './bodies.ts';
import { CURRENCIES, type Currency } from './currencies.ts';
import { badRequest, badWithdrawal } from './failures.ts';
import { listWithdrawals } from './list.ts';
import { KEPT_SCALE } from './records.ts';
import { newToken } from './tokens.ts';

export interface Call {
  readonly account: Account;
  /** What the path names. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** One that only this service knows how to do. */
  readonly fault: Fault | null;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** `payout.create` */
  readonly name: string;
  readonly needs: 'nothing' | 'key' | 'token';
  /** A text is answered as it is; anything else as JSON. */
  readonly handle: (call: Call) => unknown;
}

/** With and without the version: clients differ in which of the two is part of the address. */
const route = (
  method: Route['method'],
  path: string,
  name: string,
  needs: Route['needs'],
  handle: Route['handle'],
) => ({
  method,
  path: new RegExp(`^(?:/v1)?/${path.replace('{id}', '([A-Za-z0-9_-]+)')}$`),
  name,
  needs,
  handle,
});

export const ROUTES: readonly Route[] = [
  route('GET', 'status', 'status.get', 'nothing', () => ({ message: 'OK' })),
  route('POST', 'auth', 'auth.create', 'nothing', signIn),
  route('GET', 'balance', 'balance.get', 'key', balances),
  route('GET', 'estimate', 'estimate.get', 'key', estimate),
  route('POST', 'payout/validate-address', 'payout.validate', 'key', validate),
  route('GET', 'payout-withdrawal/min-amount/{id}', 'payout.minimum', 'key', minimum),
  route('GET', 'payout/fee', 'payout.fee', 'key', fee),
  route('POST', 'payout', 'payout.create', 'token', createBatch),
  route('GET', 'payout', 'payout.list', 'key', list),
  route('POST', 'payout/{id}/verify', 'payout.verify', 'token', verify),
  route('POST', 'payout/{id}/cancel', 'payout.cancel', 'token', ({ account, id }) =>
    withdrawalBody(account.cancel(id)),
  ),
  route('GET', 'payout/{id}', 'payout.get', 'key', about),
];

function signIn({ account, body }: Call): unknown {
  const given = z.object({ email: z.string().min(1), password: z.string().min(1) }).safeParse(body);
  if (!given.success) throw badRequest('email and password are required');
  return { token: newToken(given.data.email, account.nowMs) };
}

function balances({ account }: Call): unknown {
  return Object.fromEntries(
    [...CURRENCIES.keys()].map((ticker) => {
      const promised = account.promised(ticker);
      const amount = Number(decimal(account.balance(ticker) - promised));
      return [ticker, { amount, pendingAmount: Number(decimal(promised)) }];
    }),
  );
}

function estimate({ query }: Call): unknown {
  const from = currencyOf(query.get('currency_from'));
  const to = currencyOf(query.get('currency_to'));
  const amount = Number(query.get('amount'));
  if (!(amount > 0)) throw badRequest('amount must be a positive number');
  return {
    currency_from: from.ticker,
    amount_from: amount,
    currency_to: to.ticker,
    estimated_amount: ((amount * from.price) / to.price).toFixed(KEPT_SCALE),
  };
}

const addressToCheck = z.object({
  address: z.string(),
  currency: z.string(),
  extra_id: z.string().nullish(),
});

function validate({ body }: Call): unknown {
  const given = addressToCheck.safeParse(body);
  if (!given.success) throw badRequest('address and currency are required');
  const { address, currency } = given.data;
  if (!currencyOf(currency).address.test(address))
    throw badWithdrawal(`Invalid payout_address: [${currency}] ${address}`);
  return 'OK';
}

function minimum({ account, id }: Call): unknown {
  return { success: true, result: Number(decimal(account.least(currencyOf(id)))) };
}

function fee({ query }: Call): unknown {
  const currency = currencyOf(query.get('currency'));
  return { currency: currency.ticker, fee: Number(decimal(currency.fee)) };
}

function currencyOf(ticker: string | null): Currency {
  const currency = CURRENCIES.get(ticker ?? '');
  if (!currency) throw badRequest(`Currency ${ticker ?? ''} was not found`);
  return currency;
}

const text = (max: number) => z.string().max(max).nullish();
const withdrawal = z.strictObject({
  address: z.string().min(1).max(256),
  currency: z.string().min(1).max(32),
  amount: z.union([z.number(), z.string()]),
  extra_id: text(128),
  ipn_callback_url: text(2_048),
  payout_description: text(500),
  unique_external_id: text(255),
  execute_at: z.iso.datetime().nullish(),
});
const newBatch = z.strictObject({
  withdrawals: z.array(withdrawal).min(1).max(1_000),
  ipn_callback_url: text(2_048),
  payout_description: text(500),
});

function createBatch({ account, body }: Call): unknown {
  const parsed = newBatch.safeParse(body);
  if (!parsed.success) throw badWithdrawal(z.prettifyError(parsed.error));
  const { withdrawals, ipn_callback_url: callback = null, payout_description: description = null } = parsed.data;
  const asked = withdrawals.map(
    (one): NewWithdrawal => ({
      address: one.address,
      extraId: one.extra_id ?? null,
      currency: one.currency.toLowerCase(),
      amount: amountOf(one.amount),
      externalId: one.unique_external_id ?? null,
      description: one.payout_description ?? null,
      callbackUrl: one.ipn_callback_url ?? callback,
      executeAtMs: one.execute_at == null ? null : Date.parse(one.execute_at),
    }),
  );
  const made = account.batch(account.create(asked, description));
  if (!made) throw new Error('A batch that was made is there');
  return newBatchBody(made.batch, made.withdrawals);
}

function amountOf(given: number | string): bigint {
  const parsed = parseDecimal(String(given), 6);
  if (!parsed.ok || parsed.minor <= 0n) throw badWithdrawal('amount must be above zero, with 6 decimals at most');
  return parsed.minor * 10n ** BigInt(KEPT_SCALE - 6);
}

function list({ account, query, fault }: Call): unknown {
  const payouts = listWithdrawals(account.withdrawals, query, account.pageMax).map(withdrawalBody);
  return { payouts: fault?.kind === 'reorder' ? payouts.reverse() : payouts };
}

function verify({ account, id, body }: Call): unknown {
  const given = z.object({ verification_code: z.coerce.string() }).safeParse(body);
  if (!given.success) throw badRequest(`verification_code is required; there are ${CODES_MAX} attempts`);
  account.verify(id, given.data.verification_code);
  return 'OK';
}

/** By the name of a batch or of one payment. */
function about({ account, id }: Call): unknown {
  const found = account.batch(id);
  return found ? batchBody(found.batch, found.withdrawals) : oneBody(account.withdrawal(id));
}
