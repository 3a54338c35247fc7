/** What providers tell the server, over real sockets: a simulated Stripe sends, a whole engine keeps. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { WEBHOOK_BYTES_MAX } from '../../../core/contract/providers.ts';
import { signatureOf } from '../../../main/sandbox/stripe/webhooks.ts';
import { AtOnce } from '../../../main/server/at-once.ts';
import { type RunningServer, startServer } from '../../../main/server/server.ts';
import type { SignedInDesk } from '../../../main/signing/personal-desk.ts';
import { eventually, foundVault, signIn } from '../../support/desk.ts';
import { type InProcessEngine, inProcessEngine } from '../../support/in-process-engine.ts';
import { type StripeWorld, stripeWorld } from '../../support/stripe-world.ts';

const NOW_SECRET = 'ipn-secret-of-ours';
let folder: string;
let engine: InProcessEngine;
let server: RunningServer;
let stripe: StripeWorld;
let ada: SignedInDesk;
let secret: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  mkdirSync(join(folder, 'renderer'));
  writeFileSync(join(folder, 'renderer', 'index.html'), '<!doctype html>');
  engine = await inProcessEngine({ kind: 'folder', folder });
  const { client } = engine;
  await foundVault(client);
  ada = await signIn(client, 'Ada');
  server = await startServer({
    engine: {
      client,
      connect: () => new MessageChannel().port1 as never,
      onRestart: () => () => undefined,
      stop: async () => undefined,
    },
    host: '127.0.0.1',
    port: 0,
    rendererFolder: join(folder, 'renderer'),
    version: '1.2.3',
    onFault: (error) => {
      throw error;
    },
  });
  stripe = await stripeWorld();
  stripe.time.nowMs = Date.now();
  const endpoint = await stripe.kit.webhookEndpoints.create({
    url: `${server.origin}/webhooks/stripe`,
    enabled_events: ['transfer.created'],
  });
  secret = endpoint.secret ?? '';
});
afterAll(async () => {
  await stripe?.close();
  await server?.close();
  await engine?.keeper.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const keep = (rail: 'stripe' | 'nowpayments', name: string, value: string) =>
  engine.client.railSettings.change(
    { rail, changes: [{ what: 'add_secret', name, secret: value }], reason: 'A test needs it.' },
    ada,
  );

const post = (body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}, path = '/webhooks/stripe') =>
  fetch(`${server.origin}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

const eventText = (id: string, livemode = false) =>
  JSON.stringify({ id, object: 'event', type: 'transfer.created', created: 1, livemode, data: { object: {} } });
const signed = (body: string, atMs = Date.now(), by = secret) => ({
  'stripe-signature': signatureOf(body, [by], atMs),
});

async function told(rail: 'stripe' | 'nowpayments') {
  return (await engine.client.providers.list(undefined, ada)).find((one) => one.rail === rail)?.webhooks;
}

/** Why webhooks were refused, newest first, as the log has it. */
async function refusals() {
  const { items } = await engine.client.audit.list({ limit: 100 }, ada);
  return items
    .filter(({ action, outcome }) => action === 'provider.webhook' && outcome === 'refused')
    .map(({ details }) => (details as { data: { because: string } }).data.because);
}

/** How many entries say so of one that was kept, or was already. */
async function noted(said: { id: string; isNew: boolean }) {
  const { items } = await engine.client.audit.list({ limit: 100 }, ada);
  return items.filter(
    ({ action, outcome, details }) =>
      action === 'provider.webhook' && outcome === 'done' && details.id === said.id && details.isNew === said.isNew,
  ).length;
}

describe('webhooks of providers', { timeout: 30_000 }, () => {
  it('are refused before there is a secret to verify them with', async () => {
    const body = eventText('evt_early');
    const answer = await post(body, signed(body));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'provider.webhook_refused', data: { because: 'no_secret' } });
    expect(await refusals()).toEqual(['no_secret']);
    await keep('stripe', 'STRIPE_WEBHOOK_SECRET', secret);
    await keep('nowpayments', 'NOWPAYMENTS_IPN_SECRET', NOW_SECRET);
  });

  it('are kept before they are answered, once, and wake the job that asks', async () => {
    const heard: string[] = [];
    const stop = engine.keeper.require().changes.listen((events) => heard.push(...events.map(({ name }) => name)));
    await stripe.fill(10_000);
    const destination = await stripe.account();
    await stripe.kit.transfers.create({ amount: 100, currency: 'usd', destination, transfer_group: 'g' });
    const one = await eventually(
      () => told('stripe'),
      (webhooks) => webhooks?.received === 1,
    );
    expect(one).toMatchObject({ path: '/webhooks/stripe', verifiable: true, lastAtMs: expect.any(Number) });
    await eventually(
      async () => heard,
      (names) => names.includes('provider.webhook_received'),
    );
    stop();

    const body = eventText('evt_again');
    expect(await (await post(body, signed(body))).json()).toEqual({ received: true, isNew: true });
    expect(await (await post(body, signed(body))).json()).toEqual({ received: true, isNew: false });
    expect(await told('stripe')).toMatchObject({ received: 2 });
    // That it was said again is in the log, a few times a minute and no more.
    const again = () => post(body, signed(body)).then((answer) => answer.json());
    expect(await Promise.all(Array.from({ length: 12 }, again))).toEqual(
      Array.from({ length: 12 }, () => ({ received: true, isNew: false })),
    );
    const repeats = await noted({ id: 'evt_again', isNew: false });
    expect(repeats).toBeGreaterThan(1);
    expect(repeats).toBeLessThanOrEqual(10);
  });

  it('of NOWPayments are kept by payment, status and moment', async () => {
    const ipn = {
      batch_withdrawal_id: '7',
      created_at: '2026-11-01T09:00:00.000Z',
      id: '5000000001',
      status: 'FINISHED',
      updated_at: '2026-11-01T09:05:00.000Z',
    };
    const body = JSON.stringify({ ...ipn, address: 'TXaddress', amount: '5', currency: 'usdttrc20' });
    const sorted = JSON.stringify(
      Object.fromEntries(Object.entries(JSON.parse(body)).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    );
    const signature = createHmac('sha512', NOW_SECRET).update(sorted).digest('hex');
    const send = () => post(body, { 'x-nowpayments-sig': signature }, '/webhooks/nowpayments');
    expect(await (await send()).json()).toMatchObject({ received: true, isNew: true });
    expect(await (await send()).json()).toMatchObject({ isNew: false });
    expect(await told('nowpayments')).toMatchObject({ received: 1 });
    expect((await post(body, { 'x-nowpayments-sig': `00${signature.slice(2)}` }, '/webhooks/nowpayments')).status).toBe(
      400,
    );
  });

  describe('that nobody should believe', () => {
    let before = 0;
    beforeEach(async () => {
      before = (await told('stripe'))?.received ?? 0;
    });

    it.each<[string, () => Promise<{ status: number }>, number, string]>([
      ['unsigned', () => post(eventText('evt_x')), 400, 'unsigned'],
      ['forged', () => post(eventText('evt_x'), signed(eventText('evt_y'))), 400, 'forged'],
      [
        'signed with another secret',
        () => post(eventText('evt_x'), signed(eventText('evt_x'), Date.now(), 'whsec_0')),
        400,
        'forged',
      ],
      [
        'replayed after a while',
        () => post(eventText('evt_again'), signed(eventText('evt_again'), Date.now() - 301_000)),
        400,
        'too_old',
      ],
      ['of the live world', () => post(eventText('evt_l', true), signed(eventText('evt_l', true))), 400, 'other_world'],
      ['empty', () => post('', signed('')), 400, 'empty'],
      [
        'of another type',
        () => post(eventText('evt_x'), { ...signed(eventText('evt_x')), 'content-type': 'text/plain' }),
        400,
        'content_type',
      ],
      ['too large', () => post(Buffer.alloc(WEBHOOK_BYTES_MAX + 1, 0x20)), 400, 'too_large'],
    ])('%s, are refused and written down', async (_what, send, status, because) => {
      expect((await send()).status).toBe(status);
      expect(await refusals()).toContain(because);
      expect(await told('stripe')).toMatchObject({ received: before });
    });

    it('cut short, are refused and written down', async () => {
      const body = eventText('evt_cut');
      const socket = net.connect(server.port, '127.0.0.1');
      const headers = Object.entries(signed(body)).map(([name, value]) => `${name}: ${value}`);
      const host = `host: 127.0.0.1:${server.port}`;
      const lines = ['POST /webhooks/stripe HTTP/1.1', host, 'content-type: application/json', ...headers];
      socket.write(`${lines.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 20)}`);
      socket.destroySoon();
      await once(socket, 'close');
      await eventually(refusals, (because) => because.includes('cut_short'));
      expect(await told('stripe')).toMatchObject({ received: before });
    });

    it('are at no other path and by no other method', async () => {
      const body = eventText('evt_x');
      expect((await fetch(`${server.origin}/webhooks/stripe`)).status).toBe(404);
      expect((await post(body, signed(body), '/webhooks/somebody')).status).toBe(404);
      const ofPage = await post(body, {
        ...signed(body),
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      });
      expect(ofPage.status).toBe(403);
    });

    it('do not fill the log, however many there are', async () => {
      const many = await Promise.all(
        Array.from({ length: 40 }, (_, n) => post(eventText(`evt_${n}`), signed('other'))),
      );
      expect(new Set(many.map(({ status }) => status))).toEqual(new Set([400]));
      // Ten of each provider and minute; the minute may have turned once since the first.
      expect((await refusals()).length).toBeLessThanOrEqual(21);
    });
  });

  it('that are genuine are kept, however many forged ones came from the same address before', async () => {
    const forged = () => post(eventText('evt_forged'), signed('other'));
    const statuses: number[] = [];
    for (let round = 0; round < 6; round++) {
      statuses.push(...(await Promise.all(Array.from({ length: 60 }, forged))).map(({ status }) => status));
    }
    expect(statuses).toContain(429);
    expect((await forged()).status).toBe(429);
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(429);
    const body = eventText('evt_genuine');
    const kept = await post(body, signed(body));
    expect({ status: kept.status, answer: await kept.json() }).toEqual({
      status: 200,
      answer: { received: true, isNew: true },
    });
  });
});

test('what is done at once is bounded, what waits too, and each has its turn', async () => {
  const atOnce = new AtOnce({ runningMax: 2, waitingMax: 1 });
  const started: number[] = [];
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const run = (n: number) =>
    atOnce.run(() => {
      started.push(n);
      return gates[n]?.promise ?? Promise.reject(new Error('There are four'));
    });
  const running = [run(0), run(1), run(2)];
  await expect(run(3)).rejects.toMatchObject({ code: 'request.too_many' });
  expect(started).toEqual([0, 1]);
  // One that fails makes room, too.
  gates[0]?.reject(new Error('for a test'));
  await expect(running[0]).rejects.toThrow('for a test');
  expect(started).toEqual([0, 1, 2]);
  for (const gate of gates) gate.resolve();
  await Promise.all(running.slice(1));
  await run(3);
  expect(started).toEqual([0, 1, 2, 3]);
});
