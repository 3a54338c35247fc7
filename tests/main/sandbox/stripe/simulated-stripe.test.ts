import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, kitFor, type StripeWorld, stripeWorld } from '../../../support/stripe-world.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function begin(options: Parameters<typeof stripeWorld>[0] = {}) {
  const world = await stripeWorld(options);
  open.push(world);
  await world.fill(1_000_000);
  return { ...world, ana: await world.account() };
}

const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    (answer) => `answered ${JSON.stringify(answer)}`,
    (error: unknown) => error,
  );

const orderTo = (destination: string, amount = 2_500) => ({
  amount,
  currency: 'usd',
  destination,
  transfer_group: 'g-1',
});

describe('transfers', () => {
  it('move money from the platform to the connected account, and are told of', async () => {
    const { kit, ana } = await begin();
    const made = await kit.transfers.create({ ...orderTo(ana), metadata: { payout: 'p-1' }, description: 'January' });
    expect(made).toMatchObject({
      object: 'transfer',
      amount: 2_500,
      amount_reversed: 0,
      currency: 'usd',
      destination: ana,
      reversed: false,
      transfer_group: 'g-1',
      metadata: { payout: 'p-1' },
      livemode: false,
    });
    expect(made.lastResponse.requestId).toMatch(/^req_/);
    expect(await kit.transfers.retrieve(made.id)).toEqual(made);
    expect((await kit.balance.retrieve()).available).toMatchObject([{ amount: 997_500, currency: 'usd' }]);
    expect((await kit.balance.retrieve({}, { stripeAccount: ana })).available).toMatchObject([{ amount: 2_500 }]);
    const { data } = await kit.events.list({ type: 'transfer.*' });
    expect(data).toMatchObject([{ type: 'transfer.created', data: { object: made } }]);
    const { data: book } = await kit.balanceTransactions.list({ type: 'transfer' });
    expect(book).toMatchObject([{ amount: -2_500, net: -2_500, source: made.id, id: made.balance_transaction }]);
  });

  it('are found by their group, and by no other', async () => {
    const { kit, ana } = await begin();
    const { id } = await kit.transfers.create(orderTo(ana));
    expect((await kit.transfers.list({ transfer_group: 'g-1' })).data.map((one) => one.id)).toEqual([id]);
    expect((await kit.transfers.list({ transfer_group: 'g-2' })).data).toEqual([]);
  });

  it('come back partly, then wholly, and not twice', async () => {
    const { kit, ana } = await begin();
    const { id } = await kit.transfers.create(orderTo(ana));
    await kit.transfers.createReversal(id, { amount: 1_000 });
    expect(await kit.transfers.retrieve(id)).toMatchObject({ amount_reversed: 1_000, reversed: false });
    expect(await failureOf(kit.transfers.createReversal(id, { amount: 1_501 }))).toMatchObject({ param: 'amount' });
    await kit.transfers.createReversal(id);
    expect(await kit.transfers.retrieve(id)).toMatchObject({ amount_reversed: 2_500, reversed: true });
    expect(await failureOf(kit.transfers.createReversal(id))).toMatchObject({ statusCode: 400 });
    const { data } = await kit.events.list({ type: 'transfer.reversed' });
    expect(data).toMatchObject([
      { data: { object: { amount_reversed: 2_500 }, previous_attributes: { amount_reversed: 1_000 } } },
      { data: { object: { amount_reversed: 1_000 }, previous_attributes: { amount_reversed: 0 } } },
    ]);
  });

  it.each([
    ['more than there is', { amount: 1_000_001 }, 'balance_insufficient'],
    ['to an account that is none', { destination: 'acct_0000000000000000' }, 'resource_missing'],
    ['of nothing', { amount: 0 }, 'parameter_invalid_integer'],
    ['of a fraction', { amount: 1.5 }, 'parameter_invalid_integer'],
    ['of more than twelve digits', { amount: 1_000_000_000_000 }, 'amount_too_large'],
    ['with a field nobody knows', { amnt: 1 }, 'parameter_unknown'],
    ['of three decimals that do not end in 0', { currency: 'kwd', amount: 1_001 }, 'parameter_invalid_integer'],
    ['with too long a note', { metadata: { a: 'x'.repeat(501) } }, 'parameter_invalid_string'],
  ])('are refused: %s', async (_what, changes, code) => {
    const { kit, ana } = await begin();
    const error = await failureOf(kit.transfers.create({ ...orderTo(ana), ...changes }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(error).toMatchObject({ code, statusCode: 400, requestId: expect.stringMatching(/^req_/) });
    expect((await kit.transfers.list()).data).toEqual([]);
  });

  it.each([
    ['did not ask for it', { capabilities: {} }],
    ['is stopped', { capabilities: { transfers: { requested: true } }, metadata: { sandbox: 'restricted' } }],
  ])('are refused where the account %s', async (_what, account) => {
    const { kit } = await begin();
    const { id, capabilities } = await kit.accounts.create({ type: 'express', ...account });
    expect(capabilities?.transfers).toBe('inactive');
    const error = await failureOf(kit.transfers.create(orderTo(id)));
    expect(error).toMatchObject({ code: 'insufficient_capabilities_for_transfer' });
  });
});

describe('idempotency keys', () => {
  const key = { idempotencyKey: 'k-1' };

  it('give the first answer again, and say that they do', async () => {
    const { kit, ana } = await begin();
    const first = await kit.transfers.create(orderTo(ana), key);
    const again = await kit.transfers.create(orderTo(ana), key);
    expect(again).toEqual(first);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect((await kit.transfers.list()).data).toHaveLength(1);
  });

  it('are refused for another call', async () => {
    const { kit, ana } = await begin();
    await kit.transfers.create(orderTo(ana), key);
    const error = await failureOf(kit.transfers.create(orderTo(ana, 2_501), key));
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(error).toMatchObject({ statusCode: 400 });
    expect(await failureOf(kit.topups.create({ amount: 1, currency: 'usd' }, key))).toBeInstanceOf(
      Stripe.errors.StripeIdempotencyError,
    );
  });

  it('are in use while the first call runs', async () => {
    const { kit, ana } = await begin({ takesMs: 200 });
    const first = kit.transfers.create(orderTo(ana), key);
    const second = await failureOf(kit.transfers.create(orderTo(ana), key));
    expect(second).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect(await kit.transfers.create(orderTo(ana), { idempotencyKey: 'k-2' })).toMatchObject({ amount: 2_500 });
    expect(await kit.transfers.create(orderTo(ana), key)).toEqual(await first);
  });

  it('are forgotten after a day: the same call is a new one then', async () => {
    const { kit, ana, advance } = await begin();
    const first = await kit.transfers.create(orderTo(ana), key);
    advance(DAY_MS - 1);
    expect((await kit.transfers.create(orderTo(ana), key)).id).toBe(first.id);
    advance(1);
    expect((await kit.transfers.create(orderTo(ana), key)).id).not.toBe(first.id);
  });

  it('keep a refusal once the call had begun, and not one of its parameters or of its pace', async () => {
    const { kit, ana, faults } = await begin();
    const tooMuch = { ...orderTo(ana), amount: 2_000_000 };
    expect(await failureOf(kit.transfers.create(tooMuch, key))).toMatchObject({ code: 'balance_insufficient' });
    await kit.topups.create({ amount: 5_000_000, currency: 'usd' });
    expect(await failureOf(kit.transfers.create(tooMuch, key))).toMatchObject({ code: 'balance_insufficient' });
    const other = { idempotencyKey: 'k-2' };
    await failureOf(kit.transfers.create({ ...orderTo(ana), amount: 0 }, other));
    faults.next('stripe.transfers.create', { kind: 'refuse', status: 429, retryAfterS: 3 });
    const limited = await failureOf(kit.transfers.create(orderTo(ana), other));
    expect(limited).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    expect(limited).toMatchObject({ headers: { 'retry-after': '3' } });
    expect(await kit.transfers.create(orderTo(ana), other)).toMatchObject({ amount: 2_500 });
  });

  it.each([
    ['refuse', 0],
    ['refuse_after', 1],
  ] as const)('keep a 500 (%s): %i transfers were made, and asking again tells nothing else', async (kind, made) => {
    const { kit, ana, faults, advance } = await begin();
    faults.next('stripe.transfers.create', { kind, status: 500 });
    expect(await failureOf(kit.transfers.create(orderTo(ana), key))).toMatchObject({ statusCode: 500 });
    const again = await failureOf(kit.transfers.create(orderTo(ana), key));
    expect(again).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
    expect((await kit.transfers.list()).data).toHaveLength(made);
    advance(DAY_MS);
    expect(await kit.transfers.create(orderTo(ana), key)).toMatchObject({ amount: 2_500 });
  });
});

describe('events', () => {
  it('are paged both ways, nearest first', async () => {
    const { kit, ana } = await begin();
    for (let count = 0; count < 5; count++) await kit.transfers.create(orderTo(ana));
    const all = (await kit.events.list({ type: 'transfer.created' })).data.map(({ id }) => id);
    const oldest = all.at(-1) ?? '';
    const next = await kit.events.list({ type: 'transfer.created', ending_before: oldest, limit: 2 });
    expect(next).toMatchObject({ has_more: true, data: [{ id: all[2] }, { id: all[3] }] });
    const rest = await kit.events.list({ type: 'transfer.created', starting_after: all[2] ?? '', limit: 5 });
    expect(rest).toMatchObject({ has_more: false, data: [{ id: all[3] }, { id: all[4] }] });
  });

  it('reach 30 days back, and no further', async () => {
    const { kit, ana, advance } = await begin();
    await kit.transfers.create(orderTo(ana));
    const [event] = (await kit.events.list({ type: 'transfer.created' })).data;
    advance(30 * DAY_MS);
    expect((await kit.events.list()).data).toEqual([]);
    const error = await failureOf(kit.events.list({ ending_before: event?.id ?? '' }));
    expect(error).toMatchObject({ code: 'resource_missing', param: 'ending_before' });
    expect((await kit.transfers.list()).data).toHaveLength(1);
  });
});

describe('the bank of a connected account', () => {
  const bankTimes = { staysMs: 1_000, travelsMs: 2_000, comesBackMs: 3_000 };

  it('is paid what lies there, and says which payments that was', async () => {
    const { kit, ana, advance } = await begin({ bankTimes });
    const { destination_payment } = await kit.transfers.create(orderTo(ana));
    const at = { stripeAccount: ana };
    expect((await kit.payouts.list({}, at)).data).toEqual([]);
    advance(1_000);
    const [payout] = (await kit.payouts.list({}, at)).data;
    expect(payout).toMatchObject({ amount: 2_500, status: 'pending', automatic: true });
    advance(2_000);
    expect(await kit.payouts.retrieve(payout?.id ?? '', {}, at)).toMatchObject({ status: 'paid' });
    const { data } = await kit.balanceTransactions.list({ payout: payout?.id ?? '' }, at);
    expect(data).toMatchObject([{ source: destination_payment, type: 'payment' }]);
    expect((await kit.payouts.list({})).data).toEqual([]);
    const types = (await kit.events.list({}, at)).data.map(({ type }) => type);
    expect(types).toEqual(['payout.paid', 'payout.updated', 'payout.created', 'account.updated']);
  });

  it('can send back what was paid', async () => {
    const { kit, account, advance } = await begin({ bankTimes });
    const ben = await account({ sandbox: 'bank_fails' });
    await kit.transfers.create(orderTo(ben));
    advance(1_000);
    const [payout] = (await kit.payouts.list({}, { stripeAccount: ben })).data;
    advance(2_000);
    expect((await kit.payouts.list({}, { stripeAccount: ben })).data).toMatchObject([{ status: 'paid' }]);
    advance(3_000);
    expect(await kit.payouts.retrieve(payout?.id ?? '', {}, { stripeAccount: ben })).toMatchObject({
      status: 'failed',
      failure_code: 'account_closed',
    });
    expect((await kit.balance.retrieve({}, { stripeAccount: ben })).available).toMatchObject([{ amount: 2_500 }]);
  });
});

describe('who may ask, and how often', () => {
  it.each(['', 'sk_live_0123456789', 'pk_test_0123456789'])('refuses the key %j', async (key) => {
    const { url } = await begin();
    const response = await fetch(`${url}/v1/balance`, { headers: { authorization: `Bearer ${key}` } });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  it('refuses an account that is not connected, and a path that is none', async () => {
    const { kit, url } = await begin();
    const error = await failureOf(kit.balance.retrieve({}, { stripeAccount: 'acct_0000000000000000' }));
    expect(error).toBeInstanceOf(Stripe.errors.StripePermissionError);
    const response = await fetch(`${url}/v1/nothing`, { headers: { authorization: 'Bearer sk_test_x' } });
    expect(response.status).toBe(404);
  });

  it('refuses more requests a second than it is set to', async () => {
    const { kit, advance } = await begin({ rateLimit: 4 });
    await kit.balance.retrieve();
    await kit.balance.retrieve();
    const error = await failureOf(kit.balance.retrieve());
    expect(error).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    expect(error).toMatchObject({ code: 'rate_limit', headers: { 'retry-after': '1' } });
    advance(1_000);
    expect(await kit.balance.retrieve()).toMatchObject({ object: 'balance' });
  });

  it('survives nonsense, and goes on', async () => {
    const { url, kit } = await begin();
    const headers = { authorization: 'Bearer sk_test_x' };
    for (const body of ['amount[][[]=1', '__proto__[x]=1&constructor=2', '%', 'a'.repeat(100_000)]) {
      expect((await fetch(`${url}/v1/transfers`, { method: 'POST', headers, body })).status).toBe(400);
    }
    expect(await kit.balance.retrieve()).toMatchObject({ object: 'balance' });
  });
});

describe('webhooks', () => {
  interface Got {
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }

  async function listener(world: StripeWorld, status: () => number = () => 200) {
    const got: Got[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
      got.push({ headers: request.headers, body });
      response.writeHead(status()).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({
      close: async () => {
        server.closeAllConnections();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      },
    });
    const { secret = '' } = await world.kit.webhookEndpoints.create({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      enabled_events: ['transfer.created', 'transfer.reversed'],
    });
    const events = () =>
      got.map(({ body, headers }) =>
        world.kit.webhooks.constructEvent(
          body,
          headers['stripe-signature'] ?? '',
          secret,
          300,
          undefined,
          world.time.nowMs,
        ),
      );
    return { got, secret, events };
  }

  it('are signed so that Stripe’s own kit takes them, and only with this secret', async () => {
    const world = await begin();
    const { events, got } = await listener(world);
    const { id } = await world.kit.transfers.create(orderTo(world.ana), { idempotencyKey: 'k-1' });
    await world.webhooks.deliver();
    expect(events()).toMatchObject([
      { type: 'transfer.created', data: { object: { id } }, request: { idempotency_key: 'k-1' } },
    ]);
    const [{ body, headers } = { body: '', headers: {} as IncomingHttpHeaders }] = got;
    const construct = () => world.kit.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', 'whsec_other');
    expect(construct).toThrow(Stripe.errors.StripeSignatureVerificationError);
  });

  it('are sent again until they are taken', async () => {
    const world = await begin();
    let status = 500;
    const { events } = await listener(world, () => status);
    await world.kit.transfers.create(orderTo(world.ana));
    await world.webhooks.deliver();
    status = 200;
    world.advance(1_000);
    await world.webhooks.deliver();
    world.advance(60_000);
    await world.webhooks.deliver();
    expect(events().map(({ id }) => id)).toHaveLength(2);
    expect(new Set(events().map(({ id }) => id)).size).toBe(1);
  });

  it('come twice, or in another order, where they are told to', async () => {
    const world = await begin();
    const { events } = await listener(world);
    world.faults.next('stripe.webhook', { kind: 'reorder' }, { kind: 'duplicate' });
    const { id } = await world.kit.transfers.create(orderTo(world.ana));
    await world.kit.transfers.createReversal(id);
    await world.webhooks.deliver();
    expect(events().map(({ type }) => type)).toEqual(['transfer.reversed', 'transfer.reversed', 'transfer.created']);
  });
});

it('the kit sees what a fault does: the transfer was made, and its answer is lost', async () => {
  const { kit, ana, faults, url } = await begin();
  faults.next('stripe.transfers.create', { kind: 'lose_answer' }, { kind: 'lose_answer' });
  const error = await failureOf(kit.transfers.create(orderTo(ana), { idempotencyKey: 'k-1' }));
  expect(error).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect((await kitFor(url, 'rk_test_another').transfers.list()).data).toHaveLength(1);
});
