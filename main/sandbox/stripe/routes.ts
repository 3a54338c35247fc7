/** What can be asked of the simulated Stripe, by the names that Stripe's own kit has for it. */
import { createHash } from 'node:crypto';
import {
  accountBody,
  balanceBody,
  eventBody,
  payoutBody,
  platformBody,
  reversalBody,
  topupBody,
  transactionBody,
  transferBody,
} from './bodies.ts';
import { badParameter, missing, missingParameter } from './failures.ts';
import type { FormObject } from './form.ts';
import { PAGE_PARAMETERS, pageOf } from './pages.ts';
import { Parameters } from './parameters.ts';
import type { Cause, Platform } from './platform.ts';
import type { Standing } from './records.ts';
import type { Webhooks } from './webhooks.ts';

export interface Call {
  readonly platform: Platform;
  readonly webhooks: Webhooks;
  /** The connected account that is asked about; null for the platform. */
  readonly account: string | null;
  /** What the path names. */
  readonly id: string;
  readonly form: FormObject;
  readonly url: string;
  readonly cause: Cause;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** `transfers.create` */
  readonly name: string;
  readonly handle: (call: Call) => unknown;
}

/** Events are told of for this long. */
const EVENTS_REACH_S = 30 * 24 * 60 * 60;
const ID = '([A-Za-z0-9_-]+)';

const route = (method: Route['method'], path: string, name: string, handle: Route['handle']): Route => ({
  method,
  path: new RegExp(`^/v1/${path.replace('{id}', ID)}$`),
  name,
  handle,
});

export const ROUTES: readonly Route[] = [
  route('POST', 'accounts', 'accounts.create', createAccount),
  route('GET', 'account', 'accounts.retrieveCurrent', ({ platform }) =>
    platformBody(platform.id, platform.balances(null)),
  ),
  route('GET', 'accounts/{id}', 'accounts.retrieve', ({ platform, id }) => accountBody(platform.account(id))),
  route('GET', 'balance', 'balance.retrieve', ({ platform, account }) => balanceBody(platform.balances(account))),
  route('POST', 'transfers', 'transfers.create', createTransfer),
  route('GET', 'transfers', 'transfers.list', listTransfers),
  route('GET', 'transfers/{id}', 'transfers.retrieve', ({ platform, id }) => transferBody(platform.find(id))),
  route('POST', 'transfers/{id}/reversals', 'transfers.createReversal', createReversal),
  route('GET', 'transfers/{id}/reversals', 'transfers.listReversals', listReversals),
  route('GET', 'balance_transactions', 'balanceTransactions.list', listTransactions),
  route('GET', 'payouts', 'payouts.list', listPayouts),
  route('GET', 'payouts/{id}', 'payouts.retrieve', retrievePayout),
  route('GET', 'events', 'events.list', listEvents),
  route('GET', 'events/{id}', 'events.retrieve', retrieveEvent),
  route('POST', 'topups', 'topups.create', createTopup),
  route('POST', 'webhook_endpoints', 'webhookEndpoints.create', createEndpoint),
];

function createAccount({ platform, form, cause }: Call): unknown {
  const known = [
    'type',
    'country',
    'email',
    'capabilities',
    'metadata',
    'business_type',
    'default_currency',
    'controller',
  ];
  const parameters = new Parameters(form, known);
  const { transfers } = parameters.object('capabilities');
  const asked = typeof transfers === 'object' && transfers.requested === 'true';
  const metadata = parameters.metadata();
  const standing: Standing = metadata.sandbox === 'restricted' ? 'restricted' : asked ? 'active' : 'inactive';
  return accountBody(
    platform.addAccount(
      {
        type: parameters.text('type') ?? 'express',
        country: parameters.text('country') ?? 'US',
        email: parameters.text('email'),
        metadata,
        defaultCurrency: parameters.text('default_currency') ?? 'usd',
        standing,
      },
      cause,
    ),
  );
}

function createTransfer({ platform, form, cause }: Call): unknown {
  const known = ['amount', 'currency', 'destination', 'description', 'metadata', 'source_type', 'transfer_group'];
  const parameters = new Parameters(form, known);
  const currency = parameters.currency();
  const amount = parameters.amount(currency);
  if (amount === null) throw missingParameter('amount');
  const transfer = platform.transfer(
    {
      amount,
      currency,
      destination: parameters.needed('destination'),
      description: parameters.text('description'),
      metadata: parameters.metadata(),
      group: parameters.text('transfer_group'),
    },
    cause,
  );
  return transferBody(transfer);
}

function listTransfers({ platform, form, url }: Call): unknown {
  const parameters = new Parameters(form, [...PAGE_PARAMETERS, 'created', 'destination', 'transfer_group']);
  const within = parameters.createdWithin();
  const destination = parameters.text('destination');
  const group = parameters.text('transfer_group');
  const all = platform.transfers.toReversed();
  const newestFirst = all.filter(
    (one) =>
      within(one.created) &&
      (destination === null || one.destination === destination) &&
      (group === null || one.group === group),
  );
  return pageOf({ newestFirst, all, url, what: 'transfer' }, parameters, transferBody);
}

function createReversal({ platform, form, id, cause }: Call): unknown {
  const known = ['amount', 'description', 'metadata', 'refund_application_fee'];
  const transfer = platform.find(id);
  const amount = new Parameters(form, known).amount(transfer.currency);
  return reversalBody(transfer, platform.reverse(id, amount, cause));
}

function listReversals({ platform, form, id, url }: Call): unknown {
  const transfer = platform.find(id);
  const newestFirst = transfer.reversals.toReversed();
  const parameters = new Parameters(form, PAGE_PARAMETERS);
  return pageOf({ newestFirst, all: newestFirst, url, what: 'transfer reversal' }, parameters, (one) =>
    reversalBody(transfer, one),
  );
}

function listTransactions({ platform, account, form, url }: Call): unknown {
  const known = [...PAGE_PARAMETERS, 'created', 'currency', 'payout', 'source', 'type'];
  const parameters = new Parameters(form, known);
  const within = parameters.createdWithin();
  const currency = parameters.text('currency');
  const source = parameters.text('source');
  const type = parameters.text('type');
  const payout = parameters.text('payout');
  const paid = payout === null ? null : new Set(platform.payouts.find(({ id }) => id === payout)?.pays ?? []);
  const all = platform.transactions.filter((one) => one.account === account).reverse();
  const newestFirst = all.filter(
    (one) =>
      within(one.created) &&
      (currency === null || one.currency === currency) &&
      (source === null || one.source === source) &&
      (type === null || one.type === type) &&
      (paid === null || paid.has(one.id)),
  );
  const isWritten = parameters.texts('expand').includes('data.source');
  return pageOf({ newestFirst, all, url, what: 'balance transaction' }, parameters, (one) => ({
    ...transactionBody(one),
    ...(isWritten && { source: sourceBody(platform, one.source) ?? one.source }),
  }));
}

/** The object that a line of the book is about. */
function sourceBody(platform: Platform, id: string | null): unknown {
  const transfer = platform.transfers.find((one) => one.id === id);
  if (transfer) return transferBody(transfer);
  for (const one of platform.transfers) {
    const reversal = one.reversals.find((each) => each.id === id);
    if (reversal) return reversalBody(one, reversal);
  }
  return null;
}

function listPayouts({ platform, account, form, url }: Call): unknown {
  const parameters = new Parameters(form, [...PAGE_PARAMETERS, 'created', 'arrival_date', 'status', 'destination']);
  const within = parameters.createdWithin();
  const status = parameters.text('status');
  const all = platform.payouts.filter((one) => one.account === account).reverse();
  const newestFirst = all.filter((one) => within(one.created) && (status === null || one.status === status));
  return pageOf({ newestFirst, all, url, what: 'payout' }, parameters, payoutBody);
}

function retrievePayout({ platform, account, id }: Call): unknown {
  const payout = platform.payouts.find((one) => one.id === id && one.account === account);
  if (!payout) throw missing('payout', id, 'payout');
  return payoutBody(payout);
}

function listEvents({ platform, account, form, url }: Call): unknown {
  const parameters = new Parameters(form, [...PAGE_PARAMETERS, 'created', 'type', 'types', 'delivery_success']);
  const type = parameters.text('type');
  const types = parameters.texts('types');
  if (type !== null && types.length > 0)
    throw badParameter('types', 'You may only specify one of these parameters: type, types.');
  const within = parameters.createdWithin();
  const all = platform.events
    .filter((one) => one.account === account && one.created > platform.now - EVENTS_REACH_S)
    .reverse();
  const newestFirst = all.filter(
    (one) =>
      within(one.created) &&
      (type === null || isOfType(one.type, type)) &&
      (types.length === 0 || types.includes(one.type)),
  );
  return pageOf({ newestFirst, all, url, what: 'event' }, parameters, eventBody);
}

/** `transfer.*` stands for all events of transfers. */
function isOfType(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

function retrieveEvent({ platform, account, id }: Call): unknown {
  const event = platform.events.find((one) => one.id === id && one.account === account);
  if (!event || event.created <= platform.now - EVENTS_REACH_S) throw missing('event', id, 'id');
  return eventBody(event);
}

function createTopup({ platform, form, cause }: Call): unknown {
  const known = ['amount', 'currency', 'description', 'metadata', 'source', 'statement_descriptor', 'transfer_group'];
  const parameters = new Parameters(form, known);
  const currency = parameters.currency();
  const amount = parameters.amount(currency);
  if (amount === null) throw missingParameter('amount');
  return topupBody(platform.topUp({ amount, currency, description: parameters.text('description') }, cause));
}

function createEndpoint({ webhooks, form }: Call): unknown {
  const known = ['url', 'enabled_events', 'connect', 'description', 'metadata', 'api_version'];
  const parameters = new Parameters(form, known);
  const url = parameters.needed('url');
  if (!URL.canParse(url))
    throw badParameter('url', 'Invalid URL: An explicit scheme (such as https) must be provided.');
  const types = parameters.texts('enabled_events');
  if (types.length === 0) throw missingParameter('enabled_events');
  const number = webhooks.endpoints.length + 1;
  const secret = `whsec_${createHash('sha256').update(`endpoint ${number}`).digest('hex').slice(0, 32)}`;
  const endpoint = {
    id: `we_${number}`,
    url,
    types,
    secrets: [secret],
    connect: parameters.text('connect') === 'true',
  };
  webhooks.endpoints.push(endpoint);
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    enabled_events: types,
    livemode: false,
    secret,
    status: 'enabled',
    url,
  };
}
