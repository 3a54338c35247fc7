/**
 * Payouts over Stripe: a transfer to a connected account. It is paid when it is made, and has no
 * status of its own; what can follow is that it comes back, partly or whole.
 *
 * Stripe forgets a key after a day, so each payment is looked up by its group before it is asked for:
 * the group is made from payout and attempt, and Stripe keeps it for ever.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { stripeAddresses } from '../../../core/rails/address.ts';
import {
  type AddressCheck,
  type PayoutOrder,
  type PayoutProvider,
  type ProviderAnswer,
  ProviderRefused,
  ProviderUnreachable,
} from '../../../core/rails/provider.ts';
import { type StripeAccess, stripeClient } from './client.ts';
import { fromStripe, type ScaleOf, toStripe, whyNotCurrency } from './currency.ts';
import { isKeyInUse, isMissing, isNotConnected, paymentError, questionError } from './errors.ts';
import { readHistory } from './history.ts';
import { onwardOf } from './onward.ts';
import { ATTEMPT, answerOf, PAYOUT } from './records.ts';
import { account, balance, type Transfer, transfer, transferList } from './shapes.ts';

export interface StripeProviderOptions extends StripeAccess {
  readonly nowMs: () => number;
  readonly scaleOf: ScaleOf;
}

const ESTIMATE_LIFETIME_MS = 60_000;
const KEY_IN_USE_WAIT_MS = 250;
const KEY_IN_USE_TRIES_MAX = 8;

export function stripeProvider(options: StripeProviderOptions): PayoutProvider {
  const { nowMs, scaleOf } = options;
  const client = stripeClient(options);
  let quietUntilMs = 0;

  /** One call; while Stripe wants to be left alone, none. */
  const ask = async <T>(call: () => Promise<T>, errorOf: (error: unknown) => Error): Promise<T> => {
    const leftMs = quietUntilMs - nowMs();
    if (leftMs > 0) throw new ProviderUnreachable('Stripe wants to be asked later', { retryAfterMs: leftMs });
    try {
      return await call();
    } catch (error) {
      const known = errorOf(error);
      if (known instanceof ProviderUnreachable && known.retryAfterMs !== null)
        quietUntilMs = nowMs() + known.retryAfterMs;
      throw known;
    }
  };

  const inGroup = async (key: string): Promise<readonly Transfer[]> => {
    const asked = { transfer_group: key, limit: 2 };
    return ask(async () => transferList.parse(await client().transfers.list(asked)).data, questionError);
  };

  const find = async (reference: string): Promise<Transfer> => {
    if (!/^tr_[A-Za-z0-9]+$/.test(reference)) throw new ProviderRefused('Stripe gave no such reference', false);
    return ask(
      async () => transfer.parse(await client().transfers.retrieve(reference)),
      (error) =>
        isMissing(error) ? new ProviderRefused('Stripe does not know that transfer', false) : questionError(error),
    );
  };

  /** Null while the same is being asked by somebody else. */
  const pay = async (order: PayoutOrder, money: Money): Promise<Transfer | null> => {
    const asked = {
      ...money,
      destination: order.address,
      transfer_group: order.key,
      metadata: { [ATTEMPT]: order.key, [PAYOUT]: order.payoutId },
    };
    try {
      return await ask(
        async () => transfer.parse(await client().transfers.create(asked, { idempotencyKey: order.key })),
        (error) => (isKeyInUse(error) ? new KeyInUse() : paymentError(error)),
      );
    } catch (error) {
      if (error instanceof KeyInUse) return null;
      throw error;
    }
  };

  return {
    rail: 'stripe',

    async checkAddress(address, assetId) {
      const form = stripeAddresses.check({ rail: 'stripe', address, memo: null, extraId: null, currency: null });
      if (!form.ok) return { ok: false, why: form.why };
      const why = assetId === null ? null : whyNotCurrency(assetId);
      if (why !== null) return { ok: false, why };
      return ask(async (): Promise<AddressCheck> => {
        try {
          const { capabilities } = account.parse(await client().accounts.retrieve(address));
          if (capabilities?.transfers === 'active') return { ok: true };
          return { ok: false, why: 'The connected account cannot receive transfers at the moment.' };
        } catch (error) {
          if (isNotConnected(error)) return { ok: false, why: 'That account is not connected to this platform.' };
          throw error;
        }
      }, questionError);
    },

    async createPayout(order) {
      const money = toStripe(order.assetId, order.amountMinor, scaleOf);
      if ('why' in money) throw new ProviderRefused(money.why, false);
      for (let tries = 0; tries < KEY_IN_USE_TRIES_MAX; tries++) {
        // Looked up each time: while we waited, a day may have gone by.
        const [known, another] = await inGroup(order.key);
        if (another) return several(another);
        if (known && !isOrdered(known, order, money))
          throw new ProviderRefused('That key was used for another payment', false);
        const made = known ?? (await pay(order, money));
        if (made) return isOrdered(made, order, money) ? answerOf(made) : { ...answerOf(made), ...OTHER };
        await sleep(KEY_IN_USE_WAIT_MS);
      }
      throw new ProviderUnreachable('Stripe is still busy with the same payment');
    },

    async getPayoutStatus(reference) {
      return answerOf(await find(reference));
    },

    getEstimate: async (order) => ({
      // What Stripe charges is on its own bill, not on a transfer.
      feeMinor: 0n,
      feeAssetId: order.assetId,
      expiresAtMs: nowMs() + ESTIMATE_LIFETIME_MS,
    }),

    async lookup(key) {
      const [known, another] = await inGroup(key);
      if (another) return several(another);
      return known ? answerOf(known) : null;
    },

    async balances() {
      const { available } = await ask(async () => balance.parse(await client().balance.retrieve()), questionError);
      return available.flatMap((one) => {
        const money = fromStripe(one.currency, one.amount, scaleOf);
        return money === null ? [] : [{ assetId: money.assetId, availableMinor: money.amountMinor }];
      });
    },

    listSince: (cursor) => ask(() => readHistory({ client: client(), nowMs: nowMs(), scaleOf }, cursor), questionError),

    async onwardPayment(reference) {
      const about = await find(reference);
      return ask(
        () => onwardOf(client(), about),
        (error) =>
          isNotConnected(error)
            ? new ProviderRefused('That account is not connected to this platform any more', false)
            : questionError(error),
      );
    },
  };
}

type Money = Extract<ReturnType<typeof toStripe>, { readonly amount: number }>;

class KeyInUse extends Error {
  override readonly name = 'KeyInUse';
}

/** Somebody else put a transfer into our group: people have to look. */
const several = ({ id }: Transfer): ProviderAnswer => ({
  reference: id,
  status: 'unknown',
  rawStatus: 'several_transfers',
  message: 'Stripe has more than one transfer for this attempt.',
});

const OTHER = {
  status: 'unknown',
  rawStatus: 'other_transfer',
  message: 'Stripe made another transfer than was asked for.',
} as const;

function isOrdered({ amount, currency, destination }: Transfer, order: PayoutOrder, money: Money): boolean {
  return amount === money.amount && currency === money.currency && destination === order.address;
}
