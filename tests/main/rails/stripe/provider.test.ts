import { afterEach, describe, expect, it, test } from 'vitest';
import { type AssetId, assetId } from '../../../../core/money/assets.ts';
import { type PayoutOrder, ProviderRefused, ProviderUnreachable } from '../../../../core/rails/provider.ts';
import { stripeProvider } from '../../../../main/rails/stripe/provider.ts';
import type { Fault } from '../../../../main/sandbox/faults/rules.ts';
import { AMOUNT_MAX } from '../../../../main/sandbox/stripe/parameters.ts';
import { providerContract } from '../../../core/rails/provider-contract.ts';
import { faultyProxy } from '../../../support/faulty-proxy.ts';
import { DAY_MS, KEY, stripeWorld } from '../../../support/stripe-world.ts';

const USD = assetId('iso:USD');
const EUR = assetId('iso:EUR');
const SCALES: Readonly<Record<string, number>> = { 'iso:USD': 2, 'iso:EUR': 2, 'iso:JPY': 0, 'iso:KWD': 3 };
const scaleOf = (asset: AssetId) => SCALES[asset] ?? null;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function begin(options: Parameters<typeof stripeWorld>[0] = {}) {
  const world = await stripeWorld(options);
  open.push(world);
  for (const currency of ['usd', 'eur', 'jpy', 'kwd']) await world.fill(1_000_000, currency);
  const ana = await world.account();
  const nowMs = () => world.time.nowMs;
  const provider = stripeProvider({ key: () => KEY, url: world.url, nowMs, scaleOf });
  world.faults.calls.length = 0;
  const order = (key: string, changes: Partial<PayoutOrder> = {}): PayoutOrder => ({
    key,
    payoutId: `pay_${key}`,
    address: ana,
    memo: null,
    extraId: null,
    currency: null,
    assetId: USD,
    amountMinor: 12_345n,
    ...changes,
  });
  const made = () => world.platform.transfers;
  return { ...world, ana, provider, order, made };
}

const errorOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    (answer) => `answered ${JSON.stringify(answer)}`,
    (error: unknown) => error,
  );

providerContract(
  'Stripe',
  async (ending) => {
    const world = await stripeWorld();
    for (let times = 0; times < 3; times++) await world.fill(Number(AMOUNT_MAX));
    const address = await world.account(ending === 'failed' ? { sandbox: 'restricted' } : {});
    const { faults, platform } = world;
    const lose = (kind: 'lose_request' | 'lose_answer') => faults.next('stripe.transfers.create', { kind });
    return {
      provider: stripeProvider({ key: () => KEY, url: world.url, nowMs: () => world.time.nowMs, scaleOf }),
      address,
      badAddresses: ['', 'ana', 'acct_', 'acct_1', ` ${address}`, 'acct_0000000000000000'],
      assetId: USD,
      otherAssetId: EUR,
      amountMinorMax: AMOUNT_MAX,
      recordsPerPage: 100,
      nowMs: () => world.time.nowMs,
      truth: () =>
        platform.transfers.map(({ group, destination, amount, currency }) => ({
          key: group ?? '',
          address: destination,
          assetId: assetId(`iso:${currency.toUpperCase()}`),
          amountMinor: amount,
        })),
      faults: {
        loseRequest: () => lose('lose_request'),
        loseAnswer: () => lose('lose_answer'),
        goAway: () => {
          faults.away = true;
        },
        comeBack: () => {
          faults.away = false;
        },
      },
      close: () => world.close(),
    };
  },
  { failed: 'refused', unknown: 'impossible' },
);

describe('what Stripe is sent', () => {
  it('is a transfer with its group, its attempt in the metadata, and a key per attempt', async () => {
    const { provider, order, ana, kit } = await begin();
    const { reference } = await provider.createPayout(order('a-1'));
    expect(await kit.transfers.retrieve(reference)).toMatchObject({
      amount: 12_345,
      currency: 'usd',
      destination: ana,
      transfer_group: 'a-1',
      metadata: { countersign_attempt: 'a-1', countersign_payout: 'pay_a-1' },
    });
    const { data } = await kit.events.list({ type: 'transfer.created' });
    expect(data).toMatchObject([{ request: { idempotency_key: 'a-1' } }]);
  });

  it.each([
    ['whole units where the currency has no smaller ones', 'iso:JPY', 700n, 700],
    ['thousandths where it has those', 'iso:KWD', 12_340n, 12_340],
  ])('is an amount in %s', async (_what, asset, amountMinor, amount) => {
    const { provider, order, made } = await begin();
    await provider.createPayout(order('a-1', { assetId: assetId(asset), amountMinor }));
    expect(made()).toMatchObject([{ amount: BigInt(amount), currency: asset.slice(4).toLowerCase() }]);
    const { records } = await provider.listSince(null);
    expect(records).toMatchObject([{ amountMinor, assetId: asset }]);
  });

  it('is nothing at all where the amount cannot be said exactly', async () => {
    const { provider, order, made, faults } = await begin();
    for (const changes of [
      { assetId: assetId('iso:KWD'), amountMinor: 12_345n },
      { assetId: assetId('iso:CHF') },
      { assetId: assetId('stellar:testnet:native') },
      { amountMinor: BigInt(Number.MAX_SAFE_INTEGER) + 1n },
    ]) {
      const error = await errorOf(provider.createPayout(order('a-1', changes)));
      expect(error).toBeInstanceOf(ProviderRefused);
      expect(error).toMatchObject({ mayRetry: false });
    }
    expect(faults.calls).toEqual([]);
    expect(made()).toEqual([]);
  });

  it('is sent once, whatever Stripe’s own kit would do about a connection that was closed', async () => {
    const { provider, order, faults } = await begin();
    faults.next('stripe.transfers.create', { kind: 'lose_answer' });
    expect(await errorOf(provider.createPayout(order('a-1')))).toBeInstanceOf(ProviderUnreachable);
    expect(faults.calls).toEqual(['stripe.transfers.list', 'stripe.transfers.create']);
  });

  it('carries the key that is in force at that moment', async () => {
    const { url, order, time } = await begin();
    let key = 'sk_test_old';
    const proxy = await faultyProxy(url);
    open.push(proxy);
    const provider = stripeProvider({ key: () => key, url: proxy.url, nowMs: () => time.nowMs, scaleOf });
    await provider.createPayout(order('a-1'));
    key = 'sk_live_not_taken_here';
    expect(await errorOf(provider.createPayout(order('b-1')))).toBeInstanceOf(ProviderUnreachable);
    key = 'sk_test_new';
    expect(await provider.createPayout(order('b-1'))).toMatchObject({ status: 'completed' });
  });
});

describe('paid once', () => {
  it('when it is asked for again days later, and Stripe has forgotten the key', async () => {
    const { provider, order, made, advance, faults } = await begin();
    faults.next('stripe.transfers.create', { kind: 'lose_answer' });
    await errorOf(provider.createPayout(order('a-1')));
    advance(3 * DAY_MS);
    const known = await provider.lookup('a-1');
    expect(await provider.createPayout(order('a-1'))).toEqual(known);
    expect(made()).toHaveLength(1);
  });

  it('when it broke at Stripe after it was made: the look-up finds it, and the stored failure is not asked for', async () => {
    const { provider, order, made, faults } = await begin();
    faults.next('stripe.transfers.create', { kind: 'refuse_after', status: 500 });
    expect(await errorOf(provider.createPayout(order('a-1')))).toBeInstanceOf(ProviderUnreachable);
    expect(await provider.createPayout(order('a-1'))).toMatchObject({ status: 'completed' });
    expect(made()).toHaveLength(1);
  });

  it('when it broke before: nobody can know for a day, and then it is made', async () => {
    const { provider, order, made, faults, advance } = await begin();
    faults.next('stripe.transfers.create', { kind: 'refuse', status: 500 });
    const unknown = () => errorOf(provider.createPayout(order('a-1')));
    const first = await unknown();
    expect(first).toBeInstanceOf(ProviderUnreachable);
    // Whether anything works there nobody can tell by the first; from then on it is about this payment alone.
    expect(first).toMatchObject({ onlyThis: false, message: 'Stripe failed inside (500)' });
    for (let times = 0; times < 2; times++) {
      const again = await unknown();
      expect(again).toBeInstanceOf(ProviderUnreachable);
      expect(again).toMatchObject({ onlyThis: true });
    }
    expect(await provider.createPayout(order('b-1'))).toMatchObject({ status: 'completed' });
    expect(made()).toHaveLength(1);
    advance(DAY_MS);
    expect(await provider.createPayout(order('a-1'))).toMatchObject({ status: 'completed' });
    expect(made()).toHaveLength(2);
  });

  it('when several ask at once and Stripe is slow: who comes second waits for the first', async () => {
    const { provider, order, made } = await begin({ takesMs: 300 });
    const answers = await Promise.all([1, 2, 3].map(() => provider.createPayout(order('a-1'))));
    expect(new Set(answers.map(({ reference }) => reference)).size).toBe(1);
    expect(made()).toHaveLength(1);
  });

  it('and what is in its group twice is for people to look at', async () => {
    const { provider, order, kit, ana } = await begin();
    await provider.createPayout(order('a-1'));
    await kit.transfers.create({ amount: 1, currency: 'usd', destination: ana, transfer_group: 'a-1' });
    const expected = { status: 'unknown', rawStatus: 'several_transfers' };
    expect(await provider.lookup('a-1')).toMatchObject(expected);
    expect(await provider.createPayout(order('a-1'))).toMatchObject(expected);
  });
});

describe('what a refusal proves', () => {
  it('too little money at Stripe: not paid, and later perhaps', async () => {
    const { provider, order, made, fill } = await begin();
    const error = await errorOf(provider.createPayout(order('a-1', { amountMinor: 5_000_000n })));
    expect(error).toBeInstanceOf(ProviderRefused);
    expect(error).toMatchObject({ mayRetry: true, message: expect.stringContaining('balance') });
    expect(made()).toEqual([]);
    await fill(9_000_000);
    // A new attempt has a key of its own: under the old one the refusal is stored.
    expect(await provider.createPayout(order('a-2', { amountMinor: 5_000_000n }))).toMatchObject({
      status: 'completed',
    });
  });

  it.each([
    ['an account that cannot receive', { sandbox: 'restricted' }],
    ['an account that is none', null],
  ])('%s: not paid, and never as it stands', async (_what, metadata) => {
    const { provider, order, account, made } = await begin();
    const address = metadata === null ? 'acct_0000000000000000' : await account(metadata);
    const error = await errorOf(provider.createPayout(order('a-1', { address })));
    expect(error).toBeInstanceOf(ProviderRefused);
    expect(error).toMatchObject({ mayRetry: false });
    expect(made()).toEqual([]);
    expect(await provider.checkAddress(address, USD)).toEqual({ ok: false, why: expect.stringMatching(/account/) });
  });

  it('being asked too often: nothing, not even that it was not paid earlier; and then it is left alone', async () => {
    const { provider, order, faults, advance, made } = await begin();
    faults.next('stripe.transfers.create', { kind: 'refuse', status: 429, retryAfterS: 7 });
    const error = await errorOf(provider.createPayout(order('a-1')));
    expect(error).toBeInstanceOf(ProviderUnreachable);
    expect(error).toMatchObject({ retryAfterMs: 7_000 });
    const calls = faults.calls.length;
    advance(6_999);
    expect(await errorOf(provider.lookup('a-1'))).toBeInstanceOf(ProviderUnreachable);
    expect(faults.calls).toHaveLength(calls);
    advance(1);
    expect(await provider.lookup('a-1')).toBeNull();
    expect(await provider.createPayout(order('a-1'))).toMatchObject({ status: 'completed' });
    expect(made()).toHaveLength(1);
  });

  const UNKNOWN: readonly Fault[] = [
    { kind: 'lose_answer' },
    { kind: 'cut_answer' },
    { kind: 'refuse_after', status: 500 },
    { kind: 'refuse_after', status: 504 },
  ];
  test.each(UNKNOWN)('$kind $status: nobody can know, and a look-up tells', async (fault) => {
    const { provider, order, faults, made } = await begin();
    faults.next('stripe.transfers.create', fault);
    expect(await errorOf(provider.createPayout(order('a-1')))).toBeInstanceOf(ProviderUnreachable);
    expect(made()).toHaveLength(1);
    faults.next('stripe.transfers.list', fault);
    expect(await errorOf(provider.lookup('a-1'))).toBeInstanceOf(ProviderUnreachable);
    expect(await provider.lookup('a-1')).toMatchObject({ status: 'completed', reference: made()[0]?.id });
  });

  test.each(['answer 500', 'answer 504 in HTML', 'answer other JSON', 'answer 404 of its own'] as const)(
    '%s, by a box on the way: it is not Stripe that speaks, and nothing is proven',
    async (fault) => {
      const { url, order, time } = await begin();
      const proxy = await faultyProxy(url);
      open.push(proxy);
      const provider = stripeProvider({ key: () => KEY, url: proxy.url, nowMs: () => time.nowMs, scaleOf });
      proxy.next('none');
      proxy.next(fault);
      expect(await errorOf(provider.createPayout(order('c-1')))).toBeInstanceOf(ProviderUnreachable);
      expect(await provider.lookup('c-1')).toMatchObject({ status: 'completed' });
      for (const ask of [
        () => provider.lookup('a-1'),
        () => provider.createPayout(order('a-1')),
        () => provider.getPayoutStatus('tr_0000000000000000'),
        () => provider.listSince(null),
      ]) {
        proxy.next(fault);
        expect(await errorOf(ask())).toBeInstanceOf(ProviderUnreachable);
      }
    },
  );

  it('a refusal without the name of a request: a box on the way, and nothing is proven', async () => {
    const { paymentError } = await import('../../../../main/rails/stripe/errors.ts');
    const { default: Stripe } = await import('stripe');
    const facts = { message: 'no', type: 'invalid_request_error', code: 'resource_missing', statusCode: 400 } as const;
    const refused = (requestId?: string) =>
      paymentError(new Stripe.errors.StripeInvalidRequestError({ ...facts, ...(requestId && { requestId }) }));
    expect(refused('req_1')).toBeInstanceOf(ProviderRefused);
    expect(refused()).toBeInstanceOf(ProviderUnreachable);
  });
});

describe('on to the bank', () => {
  const bankTimes = { staysMs: 1_000, travelsMs: 2_000, comesBackMs: 3_000 };

  it('is told of from the transfer: nothing yet, on its way, paid, and sent back after all', async () => {
    const { provider, order, account, advance } = await begin({ bankTimes });
    const address = await account({ sandbox: 'bank_fails' });
    const { reference } = await provider.createPayout(order('a-1', { address }));
    const onward = async () => (await provider.onwardPayment?.(reference))?.status ?? null;
    expect(await onward()).toBeNull();
    advance(1_000);
    expect(await onward()).toBe('pending');
    advance(1_000);
    expect(await onward()).toBe('in_transit');
    advance(1_000);
    expect(await onward()).toBe('paid');
    advance(3_000);
    expect(await provider.onwardPayment?.(reference)).toMatchObject({
      status: 'failed',
      message: 'The bank account has been closed.',
    });
    expect(await provider.getPayoutStatus(reference)).toMatchObject({ status: 'completed' });
  });

  it('is not told of an account that is connected no more: an answer, and no silence of Stripe’s', async () => {
    const { provider, order, ana, platform } = await begin({ bankTimes });
    const { reference } = await provider.createPayout(order('a-1'));
    platform.accounts.delete(ana);
    const error = await errorOf(Promise.resolve(provider.onwardPayment?.(reference)));
    expect(error).toBeInstanceOf(ProviderRefused);
    expect(error).toMatchObject({ message: expect.stringContaining('not connected') });
  });

  it('is that of the very transfer, where there are several', async () => {
    const { provider, order, advance } = await begin({ bankTimes });
    const first = await provider.createPayout(order('a-1'));
    advance(1_000);
    const early = await provider.onwardPayment?.(first.reference);
    const second = await provider.createPayout(order('b-1', { amountMinor: 5n }));
    advance(1_000);
    const late = await provider.onwardPayment?.(second.reference);
    expect(early?.reference).not.toBe(late?.reference);
    expect((await provider.onwardPayment?.(first.reference))?.reference).toBe(early?.reference);
  });
});
