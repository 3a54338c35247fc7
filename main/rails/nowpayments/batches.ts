/**
 * Payments asked for together. There is no idempotency: each batch is asked for once, and found again
 * by the keys of its payments.
 */
import {
  type BatchRequest,
  OrdersRefused,
  type PayoutBatches,
  type PayoutOrder,
  ProviderRefused,
  ProviderUnreachable,
  type TakenBatch,
} from '../../../core/rails/provider.ts';
import { expected, type NowPaymentsClient, NowRefusal, questionError } from './client.ts';
import { type ScaleOf, toNowPayments } from './currency.ts';
import { numberOf } from './json-text.ts';
import { findByKeys } from './lists.ts';
import type { Looks } from './looks.ts';
import { Patience, type Wait } from './patience.ts';
import { answerOf, paymentOf } from './records.ts';
import { found, newBatch, type Withdrawal, withdrawal } from './shapes.ts';

const PAYMENTS_MAX = 100;
const CODES_MAX = 10;
const CODE_TIME_MS = 60 * 60 * 1000;
/** Refused now, and perhaps not later; in NOWPayments' words, for it has no code of its own for it. */
const NOT_ENOUGH = /insufficient|not enough|balance/i;

export interface BatchSource {
  readonly client: NowPaymentsClient;
  readonly scaleOf: ScaleOf;
  readonly looks: Looks;
  readonly wait: Wait | undefined;
  readonly makesOwnCodes: () => boolean;
  readonly ownCode: () => string | null;
  readonly ipnUrl: () => string | null;
}

export function nowPaymentsBatches(source: BatchSource): PayoutBatches {
  const { client, scaleOf, looks, ownCode, makesOwnCodes } = source;

  const get = async (reference: string): Promise<TakenBatch> => {
    const withdrawals = expected(found, await client.ask('GET', `payout/${encodeURIComponent(reference)}`));
    return takenOf(reference, withdrawals, scaleOf);
  };

  return {
    paymentsMax: PAYMENTS_MAX,
    codesMax: CODES_MAX,
    get makesOwnCodes() {
      return makesOwnCodes();
    },
    ownCode: async () => ownCode(),

    lookAhead: (orders, goesOn) => looks.ahead(orders, goesOn),

    create: (request) => createBatch(source, request),

    async find(keys, sinceMs) {
      const [first] = await asked(() => findByKeys(client, new Set(keys), sinceMs));
      return first ? asked(() => get(first.batch_withdrawal_id)) : null;
    },

    get: (reference) => asked(() => get(reference)),

    async release(reference, code, first) {
      const path = `payout/${encodeURIComponent(reference)}/verify`;
      try {
        await client.askSignedIn('POST', path, { verification_code: code }, first);
        return { taken: true };
      } catch (error) {
        if (error instanceof NowRefusal && !error.isAboutAccess) return { taken: false, said: error.message };
        throw questionError(error);
      }
    },

    async cancelScheduled(reference) {
      const path = `payout/${encodeURIComponent(reference)}/cancel`;
      try {
        return answerOf(expected(withdrawal, await client.askSignedIn('POST', path, {})));
      } catch (error) {
        if (error instanceof NowRefusal && !error.isAboutAccess) throw new ProviderRefused(error.message, false);
        throw questionError(error);
      }
    },
  };
}

export async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw questionError(error);
  }
}

/** Whatever is asked for was looked at before, so that one that cannot be paid does not hold up the others. */
export async function createBatch(source: BatchSource, { orders, beforeAsking }: BatchRequest): Promise<TakenBatch> {
  const { client, scaleOf, ipnUrl } = source;
  const patience = new Patience(source.wait);
  const because = await whyNot(source, orders, patience).catch((error: unknown) => {
    throw notTaken(error);
  });
  if (because.size > 0) throw new OrdersRefused(because);
  const callback = ipnUrl();
  const withdrawals = orders.map((order) => ({
    ...wordsOf(order, scaleOf),
    ...(callback && { ipn_callback_url: callback }),
  }));
  const made = expected(newBatch, await patience.with(() => askFor(client, withdrawals, beforeAsking)));
  return takenOf(made.id, made.withdrawals, scaleOf);
}

async function askFor(client: NowPaymentsClient, withdrawals: readonly unknown[], beforeAsking: () => Promise<void>) {
  let left = false;
  try {
    return await client.askSignedIn('POST', 'payout', { withdrawals }, async () => {
      await beforeAsking();
      left = true;
    });
  } catch (error) {
    throw left ? refusalOf(error) : notTaken(refusalOf(error));
  }
}

/** Silence before the request itself was made. */
function notTaken(error: unknown): unknown {
  if (!(error instanceof ProviderUnreachable)) return error;
  const { message, cause, retryAfterMs } = error;
  return new ProviderUnreachable(message, { cause, notTaken: true, ...(retryAfterMs !== null && { retryAfterMs }) });
}

/** In the fields that NOWPayments has published. Never in fiat: the amount would be another at each moment. */
function wordsOf(order: PayoutOrder, scaleOf: ScaleOf) {
  const money = toNowPayments(order.assetId, order.amountMinor, scaleOf);
  if ('why' in money) throw new ProviderRefused(money.why, false);
  return {
    address: order.address,
    currency: money.currency,
    amount: numberOf(money.amount),
    ...(order.extraId !== null && { extra_id: order.extraId }),
    unique_external_id: order.key,
  };
}

function refusalOf(error: unknown): Error {
  if (!(error instanceof NowRefusal)) return error instanceof Error ? error : new Error(String(error));
  // Whoever may ask again later: a machine whose address has to be made known, keys that have to be put right.
  if (error.isAboutAccess || NOT_ENOUGH.test(error.message)) return new ProviderRefused(error.message, true);
  return new ProviderRefused(error.message, false);
}

async function whyNot(
  { looks }: BatchSource,
  orders: readonly PayoutOrder[],
  patience: Patience,
): Promise<ReadonlyMap<string, string>> {
  const because = new Map<string, string>();
  for (const order of orders) {
    const why = await patience.with(() => looks.whyNot(order));
    if (why !== null) because.set(order.key, why);
  }
  return because;
}

function takenOf(reference: string, withdrawals: readonly Withdrawal[], scaleOf: ScaleOf): TakenBatch {
  if (withdrawals.some((one) => one.batch_withdrawal_id !== reference))
    throw new ProviderUnreachable('NOWPayments answered for another batch');
  const createdMs = withdrawals.map((one) => one.createdMs).filter((ms) => ms !== null);
  const [first] = createdMs;
  if (first === undefined) throw new ProviderUnreachable('NOWPayments did not say when the batch was made');
  return {
    reference,
    expiresAtMs: Math.min(...createdMs) + CODE_TIME_MS,
    payments: withdrawals.map((one) => paymentOf(one, scaleOf)),
  };
}
