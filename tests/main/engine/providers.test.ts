/** Stripe through a whole engine: Stripe's own kit over real sockets, to a simulated Stripe. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RailSettingWish } from '../../../core/contract/index.ts';
import { NO_FAULTS } from '../../../main/sandbox/faults/faults.ts';
import { startNowPaymentsSandbox } from '../../../main/sandbox/nowpayments/server.ts';
import { scanned } from '../../../main/signing/authenticator.ts';
import { type SignedInDesk, stretch } from '../../../main/signing/personal-desk.ts';
import { addPerson, approveAs, confirmPayee, foundVault, signIn } from '../../support/desk.ts';
import { inProcessEngine } from '../../support/in-process-engine.ts';
import { stripeWorld, switchedFaults } from '../../support/stripe-world.ts';

const KEY = 'sk_test_the_first_key';
/** Which world it is of is said by its beginning alone. */
const NEXT_KEY = 'sk_test_the_next_live_key';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function engineOn(folder: string) {
  const { keeper, client } = await inProcessEngine({ kind: 'folder', folder });
  closing.push(() => keeper.close());
  return { keeper, client };
}

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-providers-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

async function treasury(network: 'sandbox' | 'live' = 'sandbox') {
  const folder = newFolder();
  const { keeper, client } = await engineOn(folder);
  await foundVault(client, { network });
  const ada = await signIn(client, 'Ada');
  return { folder, keeper, client, ada };
}

/** Where money is real keys are not touched without a second factor. */
async function enrol(client: Client, { me, context }: SignedInDesk): Promise<void> {
  const { kdf } = await client.session.parameters({ name: me.name });
  const { signInProof } = await stretch(`${me.name.toLowerCase()} says hello`, kdf);
  const { uri } = await client.secondFactor.begin({ signInProof }, { context });
  await client.secondFactor.confirm({ code: scanned(uri).code(Date.now()) }, { context });
}

async function withBen() {
  const t = await treasury();
  await addPerson(t.client, t.ada, 'Ben', ['approver']);
  return { ...t, ben: await signIn(t.client, 'Ben') };
}

/** A Stripe of somebody else's, as the real one would be. */
async function otherStripe() {
  const world = await stripeWorld();
  world.time.nowMs = Date.now();
  closing.push(() => world.close());
  return world;
}

type Client = Awaited<ReturnType<typeof treasury>>['client'];

const change = (client: Client, by: SignedInDesk, ...changes: RailSettingWish[]) =>
  client.railSettings.change({ rail: 'stripe', changes, reason: 'A test needs it.' }, by);
const addKey = (secret: string): RailSettingWish => ({ what: 'add_secret', name: 'STRIPE_SECRET_KEY', secret });
const base = (text: string): RailSettingWish => ({ what: 'set', name: 'STRIPE_API_BASE', text });

async function stripeOf(client: Client, by: SignedInDesk) {
  const found = (await client.providers.list(undefined, by)).find(({ rail }) => rail === 'stripe');
  if (!found) throw new Error('Stripe is always listed');
  return found;
}

/** To an account, asked for and approved. */
async function approved({ client, ada, ben }: Awaited<ReturnType<typeof withBen>>, name: string, address: string) {
  const payee = await client.payees.create({ reference: name, name, destination: { rail: 'stripe', address } }, ada);
  await confirmPayee(client, ben, payee);
  const payout = await client.payouts.request(
    {
      reference: `for ${name}`,
      payeeId: payee.id,
      destinationId: payee.destinations[0]?.id ?? '',
      assetId: 'iso:USD',
      amountMinor: '2500',
      idempotencyKey: name,
    },
    ada,
  );
  await approveAs(client, ben, payout.id);
  return payout.id;
}

const refusalOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );

describe('the Stripe of a sandbox', { timeout: 30_000 }, () => {
  it('pays what is approved, tells what came back, and is the same after the engine was started again', async () => {
    const t = await withBen();
    const { client, ada, ben, keeper } = t;
    expect(await stripeOf(client, ada)).toMatchObject({ state: 'simulated', problem: null, keys: [] });
    await client.sandbox.fill({ payouts: 1, stripe: 3, seed: 'stripe' }, ada);
    const { items } = await client.payouts.list({ rail: 'stripe' }, ada);
    expect(items).toHaveLength(3);
    for (const { id } of items) await approveAs(client, ben, id);
    await client.desk.runJob({ name: 'pay-stripe' }, ada);
    await client.desk.runJob({ name: 'sync-stripe' }, ada);
    const [first] = (await client.payouts.list({ rail: 'stripe' }, ada)).items;
    expect(first).toMatchObject({ status: 'completed', settled: true });

    const own = await keeper.require().providers.ownOn('stripe');
    const platform = (await own?.stripe())?.platform;
    const paid = platform?.transfers ?? [];
    expect(paid.map(({ amount }) => amount.toString()).toSorted()).toEqual(
      items.map(({ amountMinor }) => amountMinor).toSorted(),
    );
    const [transfer] = paid;
    platform?.reverse(transfer?.id ?? '', 900n, null);
    await client.desk.runJob({ name: 'sync-stripe' }, ada);
    const payoutId = transfer?.metadata.countersign_payout ?? '';
    const { payee } = await client.payouts.get({ id: payoutId }, ada);
    const owed = async () => {
      const { items: accounts } = await client.ledger.accounts({ entity: `payee:${payee.id}` }, ada);
      return accounts.find(({ assetId }) => assetId === 'iso:USD')?.balanceMinor;
    };
    expect(await owed()).toBe('900');
    const before = await client.providers.balances({ rail: 'stripe' }, ada);
    expect(before.map(({ assetId }) => assetId).toSorted()).toEqual(['iso:EUR', 'iso:USD']);

    await keeper.close();
    const again = await engineOn(t.folder);
    const adaAgain = await signIn(again.client, 'Ada');
    expect(await again.client.providers.balances({ rail: 'stripe' }, adaAgain)).toEqual(before);
    await again.client.desk.runJob({ name: 'pay-stripe' }, adaAgain);
    const ownAgain = await again.keeper.require().providers.ownOn('stripe');
    expect((await ownAgain?.stripe())?.platform.transfers).toHaveLength(3);
  });
});

describe('where payees are paid on Stripe', { timeout: 30_000 }, () => {
  it('is asked of Stripe before it is written down, by hand or of a file', async () => {
    const { client, ada } = await withBen();
    const stripe = await otherStripe();
    await change(client, ada, addKey(KEY), base(stripe.url));
    const add = (reference: string, address: string) =>
      refusalOf(client.payees.create({ reference, name: reference, destination: { rail: 'stripe', address } }, ada));
    expect(await add('known', await stripe.account())).toBe('done');
    expect(await add('foreign', 'acct_1OfSomebodyElse')).toMatchObject({
      code: 'destination.invalid',
      message: 'That account is not connected to this platform.',
    });
    expect(await add('stopped', await stripe.account({ sandbox: 'restricted' }))).toMatchObject({
      code: 'destination.invalid',
    });
    // Of a file each new address is asked about, and one that cannot be paid is named.
    const row = (payee: string, address: string) => ({
      payee,
      payeeName: payee,
      rail: 'stripe',
      address,
      amount: '25.00',
      asset: 'USD',
      reference: `for ${payee}`,
    });
    const rows = [row('good', await stripe.account()), row('bad', 'acct_1OfSomebodyElse')];
    const imported = client.imports.payouts({ mode: 'commit', createPayees: true, rows }, ada);
    expect(await refusalOf(imported)).toEqual({
      code: 'destination.invalid',
      message: 'acct_1OfSomebodyElse: That account is not connected to this platform.',
    });
    // Nobody can say; nothing is written, and it can be tried again.
    stripe.faults.away = true;
    expect(await add('unsure', await stripe.account().catch(() => 'acct_1Whatever'))).toMatchObject({
      code: 'provider.unreachable',
    });
    expect((await client.payees.list({}, ada)).items.map(({ reference }) => reference)).toEqual(['known']);
  });
});

describe('keys of Stripe', { timeout: 30_000 }, () => {
  it('are tried out, kept, shown by their last four, and pay', async () => {
    const t = await withBen();
    const { client, ada } = t;
    const stripe = await otherStripe();
    expect(await change(client, ada, addKey(KEY), base(stripe.url))).toMatchObject({ done: true });
    expect(await stripeOf(client, ada)).toMatchObject({
      state: 'ready',
      url: stripe.url,
      keys: [{ name: 'STRIPE_SECRET_KEY', shown: '…_key', state: 'untried' }],
    });
    const listed = JSON.stringify([
      await client.railSettings.list({ rail: 'stripe' }, ada),
      await client.providers.list(undefined, ada),
      await client.audit.list({ limit: 200 }, ada),
    ]);
    expect(listed).toContain('…_key');
    expect(listed).not.toContain('first_key');

    await client.desk.fund({ assetId: 'iso:USD', amountMinor: '100000', idempotencyKey: 'first' }, ada);
    const id = await approved(t, 'Carla', await stripe.account());
    await client.desk.runJob({ name: 'pay-stripe' }, ada);
    // The treasury holds enough; the account at Stripe does not.
    expect(await client.payouts.get({ id }, ada)).toMatchObject({ status: 'approved' });
    await stripe.fill(100_000);
    expect(await client.providers.test({ rail: 'stripe' }, ada)).toEqual({
      account: 'acct_1SandboxPlatform',
      balances: [{ assetId: 'iso:USD', assetCode: 'USD', scale: 2, availableMinor: '100000' }],
    });
    await client.desk.runJob({ name: 'pay-stripe' }, ada);
    expect(await client.payouts.get({ id }, ada)).toMatchObject({ status: 'completed' });
    expect(stripe.platform.transfers).toMatchObject([{ amount: 2_500n }]);
    expect(await stripeOf(client, ada)).toMatchObject({
      account: 'acct_1SandboxPlatform',
      keys: [{ state: 'accepted' }],
    });
  });

  it('are refused, and not kept, where Stripe does not take them or they are of the other world', async () => {
    const { client, ada } = await treasury();
    const stripe = await otherStripe();
    for (const live of ['sk_live_of_somebody', 'rk_live_of_somebody']) {
      expect(await refusalOf(change(client, ada, addKey(live), base(stripe.url))), live).toMatchObject({
        code: 'provider.key_refused',
        message: expect.stringContaining('real money'),
      });
    }
    // One of a whole organization names no account.
    expect(await refusalOf(change(client, ada, addKey('sk_org_live_of_a_company'), base(stripe.url)))).toMatchObject({
      code: 'rail.setting',
    });
    // Not even sent.
    expect(stripe.faults.calls).toEqual([]);
    stripe.faults.away = true;
    expect(await refusalOf(change(client, ada, addKey(KEY), base(stripe.url)))).toMatchObject({
      code: 'provider.unreachable',
    });
    expect(await refusalOf(change(client, ada, addKey('pk_test_published')))).toMatchObject({ code: 'rail.setting' });
    expect(await stripeOf(client, ada)).toMatchObject({ state: 'simulated', keys: [] });
  });

  it('are tried out where the environment says, and come after one that the environment gives', async () => {
    const { client, ada } = await treasury();
    const stripe = await otherStripe();
    process.env.STRIPE_API_BASE = stripe.url;
    process.env.STRIPE_SECRET_KEY = NEXT_KEY;
    closing.push(() => {
      delete process.env.STRIPE_API_BASE;
      delete process.env.STRIPE_SECRET_KEY;
    });
    stripe.revoked.add(KEY);
    expect(await refusalOf(change(client, ada, addKey(KEY)))).toMatchObject({ code: 'provider.key_refused' });
    stripe.revoked.delete(KEY);
    await change(client, ada, addKey(KEY));
    expect(await client.providers.test({ rail: 'stripe' }, ada)).toMatchObject({ account: 'acct_1SandboxPlatform' });
    expect((await stripeOf(client, ada)).keys).toEqual([
      expect.objectContaining({ commitment: null, shown: '…_key', state: 'accepted' }),
    ]);
  });

  it('take each other’s place while payments go on, and what Stripe takes no longer is shown', async () => {
    const t = await withBen();
    const { client, ada } = t;
    const stripe = await otherStripe();
    await stripe.fill(100_000);
    await client.desk.fund({ assetId: 'iso:USD', amountMinor: '100000', idempotencyKey: 'first' }, ada);
    await change(client, ada, addKey(KEY), base(stripe.url));
    await approved(t, 'Carla', await stripe.account());
    await client.desk.runJob({ name: 'pay-stripe' }, ada);
    await change(client, ada, addKey(NEXT_KEY));
    const dora = await approved(t, 'Dora', await stripe.account());
    // The next one is rolled back at Stripe: the one before still pays.
    stripe.revoked.add(NEXT_KEY);
    await client.desk.runJob({ name: 'pay-stripe' }, ada);
    expect(await client.payouts.get({ id: dora }, ada)).toMatchObject({ status: 'completed' });
    const { keys } = await stripeOf(client, ada);
    expect(keys.map(({ state }) => state)).toEqual(['refused', 'accepted']);

    const [refused] = keys;
    const commitment = refused?.commitment ?? '';
    await change(client, ada, { what: 'withdraw_secret', name: 'STRIPE_SECRET_KEY', commitment });
    expect((await stripeOf(client, ada)).keys).toMatchObject([{ state: 'untried' }]);
    expect(stripe.platform.transfers).toHaveLength(2);
  });

  it('are of one account: those of another are not used before that one was released', async () => {
    const t = await withBen();
    const { client, ada } = t;
    const [stripe, other] = [await otherStripe(), await stripeWorld({ account: 'acct_1Another' })];
    closing.push(() => other.close());
    await stripe.fill(100_000);
    await client.desk.fund({ assetId: 'iso:USD', amountMinor: '100000', idempotencyKey: 'first' }, ada);
    await change(client, ada, addKey(KEY), base(stripe.url));
    const id = await approved(t, 'Carla', await stripe.account());
    await client.desk.runJob({ name: 'pay-stripe' }, ada);
    expect(await refusalOf(change(client, ada, addKey(NEXT_KEY), base(other.url)))).toMatchObject({
      code: 'provider.key_refused',
      message: expect.stringContaining('another account'),
    });
    // It is paid, and not settled yet.
    expect(await refusalOf(client.providers.release({ rail: 'stripe' }, ada))).toMatchObject({
      code: 'provider.payments_under_way',
    });
    await client.desk.runJob({ name: 'sync-stripe' }, ada);
    expect(await client.payouts.get({ id }, ada)).toMatchObject({ settled: true });
    await client.providers.release({ rail: 'stripe' }, ada);
    await change(client, ada, addKey(NEXT_KEY), base(other.url));
    await client.desk.runJob({ name: 'sync-stripe' }, ada);
    expect(await stripeOf(client, ada)).toMatchObject({ account: 'acct_1Another', state: 'ready' });
  });

  it('are signed for where money is real, where no test key and no plain connection is used', async () => {
    const { client, ada } = await treasury('live');
    await enrol(client, ada);
    expect(await stripeOf(client, ada)).toMatchObject({ state: 'off', missing: ['STRIPE_SECRET_KEY'] });
    expect(await refusalOf(change(client, ada, addKey(KEY)))).toMatchObject({
      code: 'provider.key_refused',
      message: expect.stringContaining('live key'),
    });
    expect(await refusalOf(change(client, ada, addKey(KEY), base('http://127.0.0.1:9')))).toMatchObject({
      code: 'rail.setting',
      message: expect.stringContaining('https://'),
    });
    // What opens nothing at Stripe needs no trial; it is in force once it is signed for.
    const secret = 'whsec_0123456789abcdef';
    const asked = await change(client, ada, { what: 'add_secret', name: 'STRIPE_WEBHOOK_SECRET', secret });
    expect(asked).toMatchObject({ done: false, terms: { kind: 'rail_settings', rail: 'stripe' } });
    expect(JSON.stringify(asked)).not.toContain(secret);
    expect((await stripeOf(client, ada)).webhooks.verifiable).toBe(false);
    if (asked.terms === null) throw new Error('It waits for signatures');
    const { statement } = await client.acts.prepare({ terms: asked.terms }, ada);
    const { done } = await client.acts.sign({ statement, signature: await ada.sign(statement) }, ada);
    expect(done).toBe(true);
    expect((await stripeOf(client, ada)).webhooks.verifiable).toBe(true);
  });
});

describe('an admin who would have keys sent to a server of theirs', { timeout: 30_000 }, () => {
  it('has nothing sent there by an address alone, where money is real', async () => {
    const { client, ada } = await treasury('live');
    await enrol(client, ada);
    let connections = 0;
    const theirs = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    closing.push(() => theirs.close());
    await once(theirs, 'listening');
    const address = `https://127.0.0.1:${(theirs.address() as AddressInfo).port}`;
    process.env.STRIPE_SECRET_KEY = 'sk_live_of_the_company';
    closing.push(() => delete process.env.STRIPE_SECRET_KEY);
    // It waits for others to sign, and nobody is asked before.
    expect(await change(client, ada, base(address))).toMatchObject({ done: false });
    expect(connections).toBe(0);
    // Keys of one's own are tried out there; that it was asked is in the log before it is, without them.
    const own = 'sk_live_of_ones_own';
    expect(await refusalOf(change(client, ada, addKey(own), base(address)))).toMatchObject({
      code: 'provider.unreachable',
    });
    expect(connections).toBeGreaterThan(0);
    const { items } = await client.audit.list({ limit: 50 }, ada);
    const asked = items.filter(({ action }) => action === 'rail.try_settings');
    expect(asked).toMatchObject([{ outcome: 'done', subject: 'rail:stripe', details: { address } }]);
    expect(JSON.stringify(items)).not.toMatch(/ones_own|of_the_company/);
  });

  it('has none of what is kept sent along with a key of their own, and no password', async () => {
    const { client, ada } = await treasury();
    const [stripe, theirs] = [await otherStripe(), await otherStripe()];
    await change(client, ada, addKey(KEY), base(stripe.url));
    theirs.revoked.add(NEXT_KEY);
    expect(await refusalOf(change(client, ada, addKey(NEXT_KEY), base(theirs.url)))).toMatchObject({
      code: 'provider.key_refused',
    });
    expect(await change(client, ada, base(theirs.url))).toMatchObject({ done: true });
    // One question, with the key that came along; the address alone asks none.
    expect(theirs.faults.calls).toHaveLength(1);

    const faults = switchedFaults();
    const now = await startNowPaymentsSandbox({ nowMs: Date.now, faults });
    closing.push(() => now.close());
    process.env.NOWPAYMENTS_EMAIL = 'pay@example.org';
    process.env.NOWPAYMENTS_PASSWORD = 'kept';
    closing.push(() => {
      delete process.env.NOWPAYMENTS_EMAIL;
      delete process.env.NOWPAYMENTS_PASSWORD;
    });
    const changes: RailSettingWish[] = [
      { what: 'add_secret', name: 'NOWPAYMENTS_API_KEY', secret: 'ABCDEFG-HIJKLMN' },
      { what: 'set', name: 'NOWPAYMENTS_API_BASE', text: now.url },
    ];
    await client.railSettings.change({ rail: 'nowpayments', changes, reason: 'A test needs it.' }, ada);
    expect(faults.calls).toEqual([]);
  });
});

describe('NOWPayments', { timeout: 30_000 }, () => {
  it('is simulated in a sandbox until key, e-mail address and password are set, which are tried out together', async () => {
    const { client, ada } = await treasury();
    const nowpayments = async () =>
      (await client.providers.list(undefined, ada)).find(({ rail }) => rail === 'nowpayments');
    expect(await nowpayments()).toMatchObject({ state: 'simulated' });
    expect(await client.providers.test({ rail: 'nowpayments' }, ada)).toMatchObject({ account: 'sandbox@example.org' });

    const other = await startNowPaymentsSandbox({ nowMs: Date.now, faults: NO_FAULTS });
    closing.push(() => other.close());
    const wish = (...changes: RailSettingWish[]) =>
      client.railSettings.change({ rail: 'nowpayments', changes, reason: 'A test needs it.' }, ada);
    const key: RailSettingWish = { what: 'add_secret', name: 'NOWPAYMENTS_API_KEY', secret: 'ABCDEFG-HIJKLMN' };
    await wish(key);
    expect(await nowpayments()).toMatchObject({
      state: 'off',
      missing: ['NOWPAYMENTS_EMAIL', 'NOWPAYMENTS_PASSWORD'],
    });
    const rest: RailSettingWish[] = [
      { what: 'set', name: 'NOWPAYMENTS_EMAIL', text: 'Pay@Example.org' },
      { what: 'add_secret', name: 'NOWPAYMENTS_PASSWORD', secret: 'a, b' },
    ];
    const live: RailSettingWish = { what: 'set', name: 'NOWPAYMENTS_API_BASE', text: 'https://api.nowpayments.io' };
    expect(await refusalOf(wish(...rest, live))).toMatchObject({ code: 'rail.setting' });
    await wish(...rest, { what: 'set', name: 'NOWPAYMENTS_API_BASE', text: other.url });
    expect(await client.providers.test({ rail: 'nowpayments' }, ada)).toMatchObject({ account: 'pay@example.org' });
    expect(await nowpayments()).toMatchObject({ state: 'ready', account: 'pay@example.org', url: other.url });
  });
});
