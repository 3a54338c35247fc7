import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AssetId, assetId } from '../../../../core/money/assets.ts';
import {
  OrdersRefused,
  type PayoutOrder,
  ProviderRefused,
  ProviderUnreachable,
} from '../../../../core/rails/provider.ts';
import type { Treasury } from '../../../../core/store/command.ts';
import { openNowPayments } from '../../../../main/engine/provider-accounts.ts';
import { nowPaymentsProvider } from '../../../../main/rails/nowpayments/provider.ts';
import type { Fate } from '../../../../main/sandbox/nowpayments/records.ts';
import { type Ending, providerContract, type RailUnderTest } from '../../../core/rails/provider-contract.ts';
import { KEYS, nowWorld, TRON, TRON_FAILS, TRON_LATE } from '../../../support/nowpayments-world.ts';

const USDT = assetId('now:usdttrc20');
const TRX = assetId('now:trx');
const SCALES: Readonly<Record<string, number>> = { [USDT]: 6, [TRX]: 6, 'now:eth': 8 };
const scaleOf = (asset: AssetId) => SCALES[asset] ?? null;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function begin(options: Parameters<typeof nowWorld>[0] = {}, more: { codeSecret?: () => Uint8Array } = {}) {
  const world = await nowWorld(options);
  open.push(world);
  const ours = { behindMs: 0 };
  const provider = nowPaymentsProvider({
    keys: () => KEYS,
    url: world.url,
    nowMs: () => world.time.nowMs - ours.behindMs,
    scaleOf,
    ...more,
  });
  if (!provider.batches) throw new Error('NOWPayments takes batches');
  return { world, provider, batches: provider.batches, ours };
}

const order = (key: string, changes: Partial<PayoutOrder> = {}): PayoutOrder => ({
  key,
  payoutId: `pay_${key}`,
  address: TRON,
  memo: null,
  extraId: null,
  currency: 'usdttrc20',
  assetId: USDT,
  amountMinor: 12_345_678n,
  ...changes,
});

const asking = (orders: readonly PayoutOrder[], beforeAsking = () => Promise.resolve()) => ({ orders, beforeAsking });

const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    (answer) => `answered ${JSON.stringify(answer)}`,
    (error: unknown) => error,
  );

const FATES: Readonly<Record<Ending, Fate>> = { completed: 'finished', failed: 'failed', unknown: 'strange' };

/** An account whose payments wait for no code and are made at once; what waits for one is tested below. */
async function railUnderTest(ending: Ending): Promise<RailUnderTest> {
  const world = await nowWorld({ asksForCodes: false, hasMinimums: false, stepMs: 0, fate: () => FATES[ending] });
  world.account.deposit('usdttrc20', 10n ** 18n);
  return {
    provider: nowPaymentsProvider({ keys: () => KEYS, url: world.url, nowMs: () => world.time.nowMs, scaleOf }),
    address: TRON,
    badAddresses: ['', 'nobody', '0x52908400098527886E0F7030069857D2E4169EE7'],
    assetId: USDT,
    otherAssetId: TRX,
    unknownStatus: 'ON_HOLD',
    amountMinorMax: 999_999_999_999_999n,
    // A round thousand million is one digit and zeros.
    tooLargeMinor: 1_000_000_000_000_001n,
    recordsPerPage: 200,
    nowMs: () => world.time.nowMs,
    truth: () =>
      world.account.withdrawals
        .filter(({ status }) => status === 'FINISHED')
        .map(({ externalId, address, currency, amount }) => ({
          key: externalId ?? '',
          address,
          assetId: assetId(`now:${currency}`),
          amountMinor: amount / 100n,
        })),
    faults: {
      loseRequest: () => world.faults.next('nowpayments.payout.create', { kind: 'lose_request' }),
      loseAnswer: () => world.faults.next('nowpayments.payout.create', { kind: 'lose_answer' }),
      goAway: () => {
        world.faults.away = true;
      },
      comeBack: () => {
        world.faults.away = false;
      },
    },
    close: () => world.close(),
  };
}

providerContract('NOWPayments', railUnderTest);

describe('a batch', () => {
  it('is asked for once, in the fields NOWPayments has published, and waits for a code', async () => {
    const { world, batches } = await begin();
    const taken = await batches.create(asking([order('a-1'), order('b-1', { address: TRON_LATE, extraId: 'tag-7' })]));
    expect(taken.expiresAtMs).toBe(world.time.nowMs + 60 * 60_000);
    expect(taken.payments).toMatchObject([
      { key: 'a-1', address: TRON, extraId: null, money: { assetId: USDT, amountMinor: 12_345_678n }, stage: 'waits' },
      {
        key: 'b-1',
        address: TRON_LATE,
        extraId: 'tag-7',
        stage: 'waits',
        answer: { status: 'accepted', rawStatus: 'CREATING' },
      },
    ]);
    expect(
      world.account.withdrawals.map(({ amount, currency, externalId }) => ({ amount, currency, externalId })),
    ).toEqual([
      { amount: 1_234_567_800n, currency: 'usdttrc20', externalId: 'a-1' },
      { amount: 1_234_567_800n, currency: 'usdttrc20', externalId: 'b-1' },
    ]);
    expect(await batches.get(taken.reference)).toEqual(taken);
  });

  it('says of a wrong code what NOWPayments said, and is released by a right one', async () => {
    const { world, batches } = await begin({ stepMs: 1_000 });
    const { reference } = await batches.create(asking([order('a-1')]));
    expect(await batches.release(reference, '000000')).toEqual({ taken: false, said: 'Wrong verification code' });
    expect(await batches.release(reference, '123456')).toEqual({ taken: true });
    world.advance(1_000);
    expect((await batches.get(reference)).payments).toMatchObject([{ stage: 'released' }]);
    expect(await batches.release(reference, '123456')).toMatchObject({ taken: false });
  });

  it('whose code was lost on the way is not known to be released until it is looked at', async () => {
    const { world, batches } = await begin({ stepMs: 1_000 });
    const { reference } = await batches.create(asking([order('a-1')]));
    world.faults.next('nowpayments.payout.verify', { kind: 'lose_answer' });
    expect(await failureOf(batches.release(reference, '123456'))).toBeInstanceOf(ProviderUnreachable);
    expect((await batches.get(reference)).payments).toMatchObject([{ stage: 'waits' }]);
    world.advance(1_000);
    expect((await batches.get(reference)).payments).toMatchObject([{ stage: 'released' }]);
  });

  it('is found again by its keys when the answer was lost, and not when the request was', async () => {
    const { world, batches } = await begin();
    const askedMs = world.time.nowMs;
    world.faults.next('nowpayments.payout.create', { kind: 'lose_request' }, { kind: 'lose_answer' });
    expect(await failureOf(batches.create(asking([order('a-1'), order('b-1')])))).toBeInstanceOf(ProviderUnreachable);
    expect(await batches.find(['a-1', 'b-1'], askedMs)).toBeNull();
    expect(await failureOf(batches.create(asking([order('a-1'), order('b-1')])))).toBeInstanceOf(ProviderUnreachable);
    expect(await batches.find(['b-1'], askedMs)).toMatchObject({ payments: [{ key: 'a-1' }, { key: 'b-1' }] });
    expect(await batches.find(['c-1'], askedMs)).toBeNull();
  });

  it('names the orders that will never be taken, and asks for none', async () => {
    const { world, batches } = await begin();
    const refused = await failureOf(
      batches.create(
        asking([
          order('fine-1'),
          order('small-1', { amountMinor: 999_999n }),
          order('address-1', { address: TRON.replace('T', 'Q') }),
          order('fine-decimals-1', { assetId: assetId('now:eth'), currency: 'eth', amountMinor: 1_234_567n }),
        ]),
      ),
    );
    expect(refused).toBeInstanceOf(OrdersRefused);
    expect([...(refused as OrdersRefused).because]).toEqual([
      ['small-1', 'NOWPayments pays no less than 1 usdttrc20.'],
      ['address-1', 'That is not an address of usdttrc20.'],
      ['fine-decimals-1', 'NOWPayments takes 6 decimals, and 0.01234567 has more.'],
    ]);
    expect(world.account.withdrawals).toEqual([]);
  });

  it('is looked at by nobody while NOWPayments is away, and is when it comes back', async () => {
    const { world, batches } = await begin();
    const look = (...keys: readonly string[]) =>
      batches.lookAhead(
        keys.map((key) => order(key)),
        async () => true,
      );
    world.faults.away = true;
    expect(await failureOf(look('a-1'))).toBeInstanceOf(ProviderUnreachable);
    expect(await failureOf(look('a-1', 'b-1', 'c-1', 'd-1'))).toBeInstanceOf(ProviderUnreachable);
    world.faults.away = false;
    expect(await look('a-1')).toMatchObject({ isWhole: true, heard: true, unknown: new Set() });
  });

  it('to an address that was refused just now is refused without asking: nothing was heard', async () => {
    const { world, batches } = await begin();
    world.faults.next('nowpayments.payout.validate', { kind: 'refuse', status: 400 });
    const look = () => batches.lookAhead([order('a-1')], async () => true);
    const first = await look();
    expect(first).toMatchObject({ heard: true, because: new Map([['pay_a-1', expect.any(String)]]) });
    expect([await look(), world.faults.calls.length]).toEqual([{ ...first, heard: false }, 1]);
  });

  it('is held up by nobody where three in a row have no answer: the next look leaves them out', async () => {
    const { world, batches } = await begin();
    const orders = ['a', 'b', 'c', 'd'].map((name) => order(`${name}-1`, { extraId: name }));
    world.faults.next('nowpayments.payout.validate', ...Array(3).fill({ kind: 'refuse', status: 500 }));
    expect(await failureOf(batches.lookAhead(orders, async () => true))).toBeInstanceOf(ProviderUnreachable);
    const unknown = new Set(['pay_a-1', 'pay_b-1', 'pay_c-1']);
    expect(await batches.lookAhead(orders, async () => true)).toMatchObject({ isWhole: true, unknown });
  });

  it('is not what is wrong where NOWPayments does not take the keys', async () => {
    const { world, batches } = await begin();
    const orders = [order('a-1'), order('b-1', { extraId: 'b' })];
    world.faults.next('nowpayments.payout.validate', { kind: 'refuse', status: 403 });
    const failure = await failureOf(batches.lookAhead(orders, async () => true));
    expect(failure).toMatchObject({ name: 'ProviderUnreachable', cause: { name: 'NowRefusal' } });
    expect(world.faults.calls).toEqual(['nowpayments.payout.validate']);
  });

  it('is too small only by what NOWPayments says now, and large enough by what it said within the hour', async () => {
    const { world, batches } = await begin();
    const small = order('small-1', { amountMinor: 500_000n });
    const look = async (one = small) => [...(await batches.lookAhead([one], async () => true)).because.values()];
    const times = () => world.faults.calls.filter((call) => call === 'nowpayments.payout.minimum').length;
    expect(await look()).toEqual(['NOWPayments pays no less than 1 usdttrc20.']);
    vi.spyOn(world.account, 'least').mockReturnValue(40_000_000n);
    world.advance(2 * 60_000);
    expect([await look(), times()]).toEqual([[], 2]);
    world.advance(50 * 60_000);
    expect([await look(), times()]).toEqual([[], 2]);
    vi.restoreAllMocks();
    const asked = await failureOf(batches.create(asking([order('tiny-1', { amountMinor: 300_000n })])));
    expect([(asked as OrdersRefused).because.get('tiny-1'), times()]).toEqual([
      'NOWPayments pays no less than 1 usdttrc20.',
      3,
    ]);
  });

  it('has no least amount for minutes only where NOWPayments would not say it', async () => {
    const { world, batches } = await begin();
    const small = order('small-1', { amountMinor: 500_000n });
    const look = async () => (await batches.lookAhead([small], async () => true)).because.size;
    world.faults.next('nowpayments.payout.minimum', { kind: 'refuse', status: 400 });
    expect(await look()).toBe(0);
    world.advance(10 * 60_000);
    expect(await look()).toBe(1);
  });

  it('may be taken later when the account does not hold enough', async () => {
    const { batches } = await begin();
    const words = new Set<string>();
    for (let times = 0; times < 4; times++) {
      const refused = await failureOf(batches.create(asking([order('a-1', { amountMinor: 2_000_000_000_000n })])));
      expect(refused).toMatchObject({ name: 'ProviderRefused', mayRetry: true });
      words.add((refused as Error).message);
    }
    // It has more than one way of saying so.
    expect(words.size).toBe(3);
  });

  it('is rejected when nobody released it within its hour, which says that it never began', async () => {
    const { world, batches, provider } = await begin();
    const { reference } = await batches.create(asking([order('a-1')]));
    world.advance(60 * 60_000);
    expect((await batches.get(reference)).payments).toMatchObject([
      { stage: 'rejected', answer: { status: 'failed', rawStatus: 'REJECTED', neverBegun: true } },
    ]);
    expect((await provider.listSince(null)).records).toMatchObject([
      { key: 'a-1', status: 'failed', neverBegun: true },
    ]);
  });

  it('is not what NOWPayments answers with where it tells of another one', async () => {
    const { batches } = await begin();
    const { payments } = await batches.create(asking([order('a-1')]));
    // It answers to the name of one payment, too, and the payment says which batch it is in.
    expect(await failureOf(batches.get(payments[0]?.answer.reference ?? ''))).toBeInstanceOf(ProviderUnreachable);
  });

  it('makes codes of its own only where it was given what makes them', async () => {
    // RFC 6238, appendix B: the last six digits at 59 seconds.
    const secret = Buffer.from('12345678901234567890');
    const given = await begin({}, { codeSecret: () => secret });
    given.world.time.nowMs = 59_000;
    expect([given.batches.makesOwnCodes, await given.batches.ownCode()]).toEqual([true, '287082']);
    const { batches } = await begin();
    expect([batches.makesOwnCodes, await batches.ownCode()]).toEqual([false, null]);
  });

  it('takes back a payment that was put off, and no other', async () => {
    const { world, batches } = await begin();
    const { reference, payments } = await batches.create(asking([order('a-1')]));
    await batches.release(reference, '123456');
    const name = payments[0]?.answer.reference ?? '';
    expect(await failureOf(batches.cancelScheduled(name))).toBeInstanceOf(ProviderRefused);
    world.account.putOff(name, world.time.nowMs + 60_000);
    expect(await batches.cancelScheduled(name)).toMatchObject({
      status: 'failed',
      rawStatus: 'CANCELLED',
      neverBegun: true,
    });
  });
});

describe('what became of a payment', () => {
  it('is told state by state, each once, with its fee when it is paid', async () => {
    const { world, batches, provider } = await begin({ stepMs: 1_000 });
    const { reference } = await batches.create(asking([order('a-1')]));
    await batches.release(reference, '123456');
    const told: { status: string; released: unknown; fee: unknown }[] = [];
    let cursor: string | null = null;
    for (let look = 0; look < 5; look++) {
      const page = await provider.listSince(cursor);
      told.push(
        ...page.records.map(({ eventId, status, released, fee }) => ({
          status: `${eventId.split(':')[1]} ${status}`,
          released,
          fee,
        })),
      );
      cursor = page.cursor;
      world.advance(1_000);
    }
    expect(told).toEqual([
      { status: 'waiting accepted', released: undefined, fee: undefined },
      { status: 'processing accepted', released: true, fee: undefined },
      { status: 'sending accepted', released: true, fee: undefined },
      {
        status: 'finished completed',
        released: true,
        fee: { reference: expect.any(String), assetId: USDT, amountMinor: 500_000n },
      },
    ]);
  });

  it('is told, and found, whatever the order of a page and however few there are on one', async () => {
    const { world, provider } = await begin({ asksForCodes: false, stepMs: 0, pageMax: 3 });
    const payment = (name: string) => ({ address: TRON, currency: 'usdttrc20', amount: 1, unique_external_id: name });
    const first = await provider.listSince(null);
    for (let count = 0; count < 8; count++) {
      await world.pay([payment(`k${count}-1`)]);
      world.advance(10 * 60_000);
    }
    const { cursor } = await provider.listSince(first.cursor);
    for (const name of ['m0-1', 'm1-1']) await world.pay([payment(name)]);
    world.faults.next('nowpayments.payout.list', { kind: 'reorder' }, { kind: 'reorder' });
    expect((await provider.listSince(cursor)).records.map(({ key }) => key)).toEqual(['m0-1', 'm1-1']);
    world.faults.next('nowpayments.payout.list', { kind: 'reorder' }, { kind: 'reorder' });
    expect(await provider.lookup('k0-1')).toMatchObject({ status: 'completed' });
  });

  it('is told although another was dated a day ahead, and each is told once', async () => {
    const { world, provider, ours } = await begin({ asksForCodes: false, stepMs: 0 });
    const payment = (name: string) => ({ address: TRON, currency: 'usdttrc20', amount: 1, unique_external_id: name });
    const dayMs = 24 * 60 * 60_000;
    world.advance(dayMs);
    ours.behindMs = dayMs;
    await world.pay([payment('ahead-1')]);
    const first = await provider.listSince(null);
    expect(first.records).toMatchObject([{ key: 'ahead-1' }]);
    world.advance(2 * 60_000 - dayMs);
    ours.behindMs = 0;
    await world.pay([payment('now-1')]);
    const second = await provider.listSince(first.cursor);
    expect(second.records).toMatchObject([{ key: 'now-1' }]);
    expect((await provider.listSince(second.cursor)).records).toEqual([]);
    // What an earlier version wrote down as heard of is in a time to come.
    const poisoned = JSON.stringify({ atMs: world.time.nowMs + dayMs, seen: [] });
    await world.pay([payment('later-1')]);
    expect((await provider.listSince(poisoned)).records.map(({ key }) => key)).toContain('later-1');
  });

  it('may be that it failed, which proves nothing, and then that it was paid', async () => {
    const { world, batches, provider } = await begin({ stepMs: 1_000, paidAfterFailingMs: 60_000 });
    const { reference } = await batches.create(asking([order('a-1', { address: TRON_LATE })]));
    await batches.release(reference, '123456');
    world.advance(3_000);
    expect(await provider.lookup('a-1')).toEqual({
      reference: expect.any(String),
      status: 'failed',
      rawStatus: 'FAILED',
      message: 'The network did not take the transaction',
    });
    const { cursor } = await provider.listSince(null);
    world.advance(60_000);
    expect((await provider.listSince(cursor)).records).toMatchObject([{ key: 'a-1', status: 'completed' }]);
  });

  it('is unknown when somebody asked twice with our key, unless all but one were never begun', async () => {
    const { world, provider } = await begin();
    const twice = { address: TRON, currency: 'usdttrc20', amount: 20, unique_external_id: 'a-1' };
    await world.pay([twice]);
    await world.pay([twice]);
    expect(await provider.lookup('a-1')).toMatchObject({ status: 'unknown', rawStatus: 'several_payments' });
    world.advance(60 * 60_000);
    const third = await world.pay([twice]);
    expect(await provider.lookup('a-1')).toMatchObject({ status: 'accepted', reference: third.body.withdrawals[0].id });
  });

  it('is found in a long list, across its pages', async () => {
    const { world, provider } = await begin({ asksForCodes: false, stepMs: 0 });
    const many = (count: number, name: string) =>
      Array.from({ length: count }, (_, n) => ({
        address: TRON,
        currency: 'usdttrc20',
        amount: 1,
        unique_external_id: `${name}${n}-1`,
      }));
    await world.pay(many(150, 'old'));
    world.advance(1_000);
    await world.pay(many(120, 'new'));
    expect(await provider.lookup('old0-1')).toMatchObject({ status: 'completed' });
    const first = await provider.listSince(null);
    const rest = await provider.listSince(first.cursor);
    expect([first.records.length, first.more, rest.records.length, rest.more]).toEqual([200, true, 70, false]);
    expect(new Set([...first.records, ...rest.records].map(({ key }) => key)).size).toBe(270);
  });
});

describe('the door', () => {
  it('does not ask again for a batch whose answer was lost while its key was changed', async () => {
    const { world } = await begin();
    const { provider, ring } = await openNowPayments(
      {
        rail: 'nowpayments',
        values: {
          NOWPAYMENTS_API_KEY: ['new', 'old'],
          NOWPAYMENTS_EMAIL: [KEYS.email],
          NOWPAYMENTS_PASSWORD: [KEYS.password],
          NOWPAYMENTS_API_BASE: [world.url],
        },
        fromEnvironment: [],
        missing: [],
      },
      {
        treasury: { clock: { nowMs: () => world.time.nowMs } } as Treasury,
        network: 'sandbox',
        scaleOf,
        admit: async (account) => ({ ok: true, account }),
      },
    );
    await ring.checkAll();
    world.faults.next('nowpayments.payout.create', { kind: 'lose_answer' });
    const asked = provider.batches?.create(asking([order('a-1')], async () => ring.refused('new', 'rolled')));
    expect(await failureOf(Promise.resolve(asked))).toBeInstanceOf(ProviderUnreachable);
    expect(world.account.withdrawals.map(({ externalId }) => externalId)).toEqual(['a-1']);
  });

  it('gets a token when it needs one, uses it while it lives, and another when it is not taken any more', async () => {
    const { world, batches, ours } = await begin();
    const tokens = () => world.faults.calls.filter((call) => call === 'nowpayments.auth.create').length;
    const first = await batches.create(asking([order('a-1')]));
    world.advance(3 * 60_000);
    await batches.release(first.reference, '000000');
    expect(tokens()).toBe(1);
    world.advance(60_000);
    await batches.release(first.reference, '000000');
    expect(tokens()).toBe(2);
    // Their clock runs ahead of ours: the token is dead before we think so.
    world.advance(5 * 60_000);
    ours.behindMs = 5 * 60_000;
    expect(await batches.release(first.reference, '000000')).toMatchObject({
      taken: false,
      said: 'Wrong verification code',
    });
    expect(tokens()).toBe(3);
  });

  it('leaves NOWPayments alone for as long as it asks for', async () => {
    const { world, provider } = await begin();
    world.faults.next('nowpayments.payout.list', { kind: 'refuse', status: 429, retryAfterS: 30 });
    expect(await failureOf(provider.lookup('a-1'))).toMatchObject({
      name: 'ProviderUnreachable',
      retryAfterMs: 30_000,
    });
    const asked = world.faults.calls.length;
    world.advance(29_999);
    expect(await failureOf(provider.lookup('a-1'))).toMatchObject({ retryAfterMs: 1 });
    expect(world.faults.calls.length).toBe(asked);
    world.advance(1);
    expect(await provider.lookup('a-1')).toBeNull();
  });

  it.each([500, 502, 504])('takes a %i for no answer at all, done or not', async (status) => {
    const { world, batches } = await begin();
    world.faults.next('nowpayments.payout.create', { kind: 'refuse_after', status });
    expect(await failureOf(batches.create(asking([order('a-1')])))).toBeInstanceOf(ProviderUnreachable);
    expect(await batches.find(['a-1'], world.time.nowMs)).not.toBeNull();
  });

  it('estimates what NOWPayments charges, in the currency that is paid', async () => {
    const { world, provider } = await begin();
    expect(await provider.getEstimate(order('a-1', { address: TRON_FAILS }))).toEqual({
      feeMinor: 500_000n,
      feeAssetId: USDT,
      expiresAtMs: world.time.nowMs + 5 * 60_000,
    });
  });
});
