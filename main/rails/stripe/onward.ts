/** From the connected account to its bank: a payout of Stripe's, which can fail after it was paid. */
import type Stripe from 'stripe';
import type { OnwardPayment } from '../../../core/rails/provider.ts';
import { type Payout, paymentLines, payoutList, type Transfer } from './shapes.ts';

/** A payout takes what has come in since the one before: it is among the first after the transfer. */
const PAYOUTS_LOOKED_AT_MAX = 20;
const PAYOUTS_PER_PAGE = 100;
const PAGES_MAX = 100;

const STATUSES: Readonly<Record<string, OnwardPayment['status']>> = {
  pending: 'pending',
  in_transit: 'in_transit',
  paid: 'paid',
  failed: 'failed',
  canceled: 'cancelled',
};

export async function onwardOf(client: Stripe, transfer: Transfer): Promise<OnwardPayment | null> {
  const { destination, destination_payment: payment, created } = transfer;
  if (destination === null || !payment) return null;
  const at = { stripeAccount: destination };
  for (const payout of await payoutsSince(client, created, at)) {
    const asked = { payout: payout.id, source: payment, limit: 1 };
    const { data } = paymentLines.parse(await client.balanceTransactions.list(asked, at));
    if (data.length > 0) return onward(payout);
  }
  return null;
}

/** The first ones, oldest first; Stripe's lists begin with the newest. */
async function payoutsSince(
  client: Stripe,
  created: number,
  at: { stripeAccount: string },
): Promise<readonly Payout[]> {
  let oldest: readonly Payout[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const asked = {
      created: { gte: created },
      limit: PAYOUTS_PER_PAGE,
      ...(after !== null && { starting_after: after }),
    };
    const { data, has_more } = payoutList.parse(await client.payouts.list(asked, at));
    oldest = [...oldest, ...data].slice(-PAYOUTS_LOOKED_AT_MAX);
    after = data.at(-1)?.id ?? null;
    if (!has_more || after === null) return oldest.toReversed();
  }
  return oldest.toReversed();
}

function onward({ id, status, arrival_date, failure_message }: Payout): OnwardPayment {
  return {
    reference: id,
    status: STATUSES[status] ?? 'unknown',
    rawStatus: status,
    message: failure_message,
    arrivesAtMs: arrival_date * 1000,
  };
}
