/**
 * Payouts over NOWPayments. Asking pays nothing: a batch is paid once it was given a code. There is no
 * idempotency, so what was asked for is found again in the account's list, by our key.
 */
import { stepAt, totpCode } from '../../../core/access/totp.ts';
import {
  type PayoutOrder,
  type PayoutProvider,
  type ProviderAnswer,
  ProviderRefused,
  ProviderUnreachable,
} from '../../../core/rails/provider.ts';
import { asked, createBatch, nowPaymentsBatches } from './batches.ts';
import { expected, type NowPaymentsAccess, NowPaymentsClient, NowRefusal } from './client.ts';
import { checkForm, currencyOf, fromNowPayments, type ScaleOf, toNowPayments } from './currency.ts';
import { findByKeys, readHistory } from './lists.ts';
import { Looks, whyNotAddress } from './looks.ts';
import { Patience, type Wait } from './patience.ts';
import { answerOf } from './records.ts';
import { fee, found, type Withdrawal } from './shapes.ts';

export interface NowPaymentsProviderOptions extends NowPaymentsAccess {
  readonly scaleOf: ScaleOf;
  /** What codes are made of, where the treasury lets the program make them; else a person gives each. */
  readonly codeSecret?: () => Uint8Array | null;
  /** Where NOWPayments tells what became of a payment; null where nobody could hear it. */
  readonly ipnUrl?: () => string | null;
  /** Passes time; a test's own clock passes it otherwise. */
  readonly wait?: Wait;
}

/** NOWPayments says of no fee how long it holds; somebody has to read it and find their authenticator. */
const ESTIMATE_LIFETIME_MS = 5 * 60_000;
const BEGINNING_MS = 0;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export function nowPaymentsProvider(options: NowPaymentsProviderOptions): PayoutProvider {
  const { nowMs, scaleOf, wait, codeSecret = () => null, ipnUrl = () => null } = options;
  const client = new NowPaymentsClient(options);
  const source = {
    client,
    scaleOf,
    wait,
    looks: new Looks({ client, scaleOf, nowMs, wait }),
    ipnUrl,
    makesOwnCodes: () => codeSecret() !== null,
    ownCode: () => codeOf(codeSecret(), nowMs()),
  };

  const withKey = (key: string) => asked(() => findByKeys(client, new Set([key]), BEGINNING_MS));

  /** One after another for each key: between looking and asking nobody else asks. */
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = turns.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    turns.set(key, mine);
    try {
      return await mine;
    } finally {
      if (turns.get(key) === mine) turns.delete(key);
    }
  };

  return {
    rail: 'nowpayments',
    batches: nowPaymentsBatches(source),

    async checkAddress(address, assetId) {
      if (assetId === null) {
        return /^[\x21-\x7e]{8,128}$/.test(address) ? { ok: true } : { ok: false, why: 'That is an address nowhere.' };
      }
      const currency = currencyOf(assetId);
      if (currency === null) return { ok: false, why: `NOWPayments pays no ${assetId}.` };
      const place = { address, extraId: null, currency };
      const form = checkForm(place);
      if (!form.ok) return form;
      const why = await whyNotAddress(client, place);
      return why === null ? { ok: true } : { ok: false, why };
    },

    createPayout: (order) =>
      inTurn(order.key, async () => {
        const known = await withKey(order.key);
        const answer = onlyOf(known);
        if (answer) {
          if (!known.every((one) => isOrdered(one, order, scaleOf)))
            throw new ProviderRefused('That key was used for another payment', false);
          return answer;
        }
        const { payments } = await createBatch(source, { orders: [order], beforeAsking: () => Promise.resolve() });
        const [made] = payments;
        if (!made || made.key !== order.key) throw new ProviderUnreachable('NOWPayments answered for another payment');
        return made.answer;
      }),

    async getPayoutStatus(reference) {
      if (!NAME.test(reference)) throw new ProviderRefused('NOWPayments gave no such reference', false);
      const withdrawals = await asked(async () => expected(found, await statusOf(client, reference)));
      const about = withdrawals.find(({ id }) => id === reference);
      if (!about) throw new ProviderRefused('NOWPayments does not know that payment', false);
      return answerOf(about);
    },

    async getEstimate(order) {
      const money = toNowPayments(order.assetId, order.amountMinor, scaleOf);
      if ('why' in money) throw new ProviderRefused(money.why, false);
      const { currency, amount } = money;
      const query = new URLSearchParams({ currency, amount });
      const told = await asked(() =>
        new Patience(wait).with(async () => expected(fee, await client.ask('GET', `payout/fee?${query}`))),
      );
      const feeMoney = fromNowPayments(currency, told.fee, scaleOf);
      if (!feeMoney)
        throw new ProviderRefused('NOWPayments asks for a fee that is finer than the asset is kept here.', false);
      return {
        feeMinor: feeMoney.amountMinor,
        feeAssetId: feeMoney.assetId,
        expiresAtMs: nowMs() + ESTIMATE_LIFETIME_MS,
      };
    },

    lookup: async (key) => onlyOf(await withKey(key)),

    listSince: (cursor) => asked(() => readHistory({ client, scaleOf, nowMs: nowMs() }, cursor)),
  };
}

const codeOf = (secret: Uint8Array | null, nowMs: number) => (secret === null ? null : totpCode(secret, stepAt(nowMs)));

/** It refuses names it has never given; that is an answer. */
async function statusOf(client: NowPaymentsClient, reference: string): Promise<unknown> {
  try {
    return await client.ask('GET', `payout/${reference}`);
  } catch (error) {
    if (error instanceof NowRefusal && error.status === 404)
      throw new ProviderRefused('NOWPayments does not know that payment', false);
    throw error;
  }
}

/** Of several payments with one key, all but one of which were never begun, that one. */
function onlyOf(known: readonly Withdrawal[]): ProviderAnswer | null {
  const answers = known.map(answerOf);
  const [alive, another] = answers.filter(({ neverBegun }) => !neverBegun);
  if (alive && another) return { ...alive, ...SEVERAL };
  return alive ?? answers[0] ?? null;
}

/** Somebody asked twice with our key: people have to look. */
const SEVERAL = {
  status: 'unknown',
  rawStatus: 'several_payments',
  message: 'NOWPayments has more than one payment for this attempt.',
} as const;

function isOrdered(about: Withdrawal, order: PayoutOrder, scaleOf: ScaleOf): boolean {
  const money = fromNowPayments(about.currency, about.amount, scaleOf);
  return (
    money?.assetId === order.assetId &&
    money.amountMinor === order.amountMinor &&
    about.address === order.address &&
    about.extra_id === order.extraId
  );
}
