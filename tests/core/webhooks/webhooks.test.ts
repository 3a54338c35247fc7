/** Other systems told over real HTTP: signed, in order, again when they were away, and nowhere private. */
import { createPublicKey, verify } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { vaultPublicKey } from '../../../core/audit/vault-key.ts';
import { freeze } from '../../../core/payouts/freezes.ts';
import { claimDelivery, listDeliveries, redeliver, wants } from '../../../core/webhooks/deliveries.ts';
import {
  confirmEndpoint,
  disableEndpoint,
  enableEndpoint,
  listEndpoints,
  pingEndpoint,
  proposeEndpoint,
  removeEndpoint,
} from '../../../core/webhooks/endpoints.ts';
import { COUNTS_OUT, WORDS_OUT } from '../../../core/webhooks/said.ts';
import { isPublicAddress } from '../../../main/web/public-addresses.ts';
import { type PostRules, post } from '../../../main/webhooks/post.ts';
import { sendWebhooks } from '../../../main/webhooks/send-webhooks.ts';
import { ownCertificate } from '../../support/certificate.ts';
import { driverFor, follow, titles } from '../../support/notified.ts';
import { forEachStore } from '../../support/stores.ts';
import { type TestTreasury, testTreasury } from '../../support/treasury.ts';

interface Got {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A receiver that answers as it is told; null: never. */
async function receiver(reply: (got: Got) => Reply | null, tls?: { key: string; cert: string }) {
  const got: Got[] = [];
  const make = tls ? createTlsServer.bind(null, tls) : createServer;
  const server = make((request, response) => {
    const read: Buffer[] = [];
    request.on('data', (chunk: Buffer) => read.push(chunk));
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(read).toString('utf8') };
      got.push(one);
      const answer = reply(one);
      if (answer === null) return;
      response.writeHead(answer.status, answer.headers ?? {});
      response.end(answer.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { got, port, url: `http://127.0.0.1:${port}/in` };
}

const SANDBOX: PostRules = { privateAllowed: true, answerMsMax: 500 };
const LIVE: PostRules = { privateAllowed: false, answerMsMax: 500 };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('what a webhook may reach', () => {
  it('is public addresses only, in whatever notation', () => {
    const refused = [
      '127.0.0.1',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.0.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '[::1]',
      '::',
      'fe80::1',
      'fd00::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      'ff02::1',
      '::127.0.0.1',
      '::ffff:0:7f00:1',
      '3fff::1',
      '5f00::1',
      '4000::1',
      '255.255.255.255',
      'localhost',
      '',
    ];
    expect(refused.filter(isPublicAddress)).toEqual([]);
    expect(['93.184.216.34', '::ffff:93.184.216.34', '2606:4700::1111'].filter(isPublicAddress)).toHaveLength(3);
  });

  it('is the address its name was checked to stand for, and not what it stands for a moment later', async () => {
    const certificate = ownCertificate();
    const { got, port } = await receiver(() => ({ status: 204 }), certificate);
    const answers = [[{ address: '127.0.0.1', family: 4 }]];
    let asked = 0;
    const rules = { ...LIVE, ca: [certificate.cert], lookup: async () => answers[asked++] ?? [] };
    const url = `https://hooks.example.org:${port}/in`;
    expect(await post(url, '{}', {}, rules)).toMatchObject({
      status: null,
      text: 'It stands for an address of a private network.',
    });
    expect([got.length, asked]).toEqual([0, 1]);
    asked = 0;
    expect(await post(url, '{}', {}, { ...rules, privateAllowed: true })).toMatchObject({ status: 204 });
    expect([got.length, asked]).toEqual([1, 1]);
    // The same in plain numbers, and in the clear.
    expect(await post(`https://127.0.0.1:${port}/in`, '{}', {}, rules)).toMatchObject({ status: null });
    expect(await post('http://example.org/', '{}', {}, LIVE)).toMatchObject({
      text: 'Only encrypted connections are made.',
    });
    expect(got).toHaveLength(1);
  });

  it('is not waited for when its name is not found in time', async () => {
    const lookup = () => Promise.withResolvers<never>().promise;
    const rules = { ...LIVE, answerMsMax: 30, lookup };
    expect(await post('https://hooks.example.org/in', '{}', {}, rules)).toMatchObject({
      status: null,
      text: 'Its name was not found in time.',
    });
  });

  it('ends at its first answer: no redirect is followed, no silence waited out, no long answer read', async () => {
    const elsewhere = await receiver(() => ({ status: 200 }));
    const { url } = await receiver(({ path }) =>
      path === '/silent'
        ? null
        : path === '/long'
          ? { status: 200, body: 'x'.repeat(1_000_000) }
          : { status: 302, headers: { location: elsewhere.url } },
    );
    expect(await post(url, '{}', {}, SANDBOX)).toMatchObject({ status: 302 });
    expect(elsewhere.got).toEqual([]);
    expect(await post(url.replace('/in', '/silent'), '{}', {}, SANDBOX)).toMatchObject({
      status: null,
      text: 'No answer in time.',
    });
    expect((await post(url.replace('/in', '/long'), '{}', {}, SANDBOX)).text).toHaveLength(500);
  });

  it('is told of nothing that nobody thought about: each word of each event either leaves the house or stays', () => {
    const root = join(import.meta.dirname, '../../../core');
    const written = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('contract'))
      .flatMap((file) => [
        ...readFileSync(join(root, file), 'utf8').matchAll(
          /emit\(\{[^;]*?payload: \{([^}]*)\}|const payload = \{([^}]*)\}/g,
        ),
      ])
      .flatMap(([, inline, apart]) => (inline ?? apart ?? '').split(','))
      .flatMap((part) => /^\s*([a-zA-Z]+)\s*(?::|$)/.exec(part)?.[1] ?? []);
    const stays = [
      'again',
      'amountMinor',
      'behindMs',
      'eventId',
      'payee',
      'problems',
      'takesEffectAtMs',
      'totalMinor',
      'why',
    ];
    expect(written.length).toBeGreaterThan(30);
    expect([...new Set(written)].filter((key) => ![...WORDS_OUT, ...COUNTS_OUT, ...stays].includes(key))).toEqual([]);
    expect(stays.filter((key) => !written.includes(key))).toEqual([]);
  });

  it('hears of the events it asked for', () => {
    expect(
      ['payout.completed', 'payouts.imported', 'freeze.set'].map((name) => wants(['payout.*', 'freeze.set'], name)),
    ).toEqual([true, false, true]);
    expect(wants(['*'], 'anything.at_all')).toBe(true);
  });
});

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    await follow(t);
    return { writer, t };
  };
  const wish = (url: string, events = ['freeze.*']) => ({ url, events, description: 'Data warehouse' });
  const propose = (t: TestTreasury, url: string, rules = SANDBOX) =>
    t.as(t.ada.actor, (work) => proposeEndpoint(work, wish(url), rules));
  const activate = async (t: TestTreasury, url: string) => {
    const { id, version } = await propose(t, url);
    return t.as(t.ada.actor, (work) => confirmEndpoint(work, { id, version }));
  };
  const freezeRail = async (t: TestTreasury, target: string) => {
    await t.as(t.ada.actor, (work) => freeze(work, { scope: 'rail', target, reason: 'Odd numbers' }));
    await follow(t);
  };
  const send = (t: TestTreasury) => sendWebhooks(driverFor(t), SANDBOX);
  const sent = async (t: TestTreasury, id: string) =>
    (await listDeliveries(t.treasury.writer, { id }, { cursor: undefined, limit: 50 })).items;
  const endpoint = async (t: TestTreasury, id: string) =>
    (await listEndpoints(t.treasury.writer, t.ada.actor)).find((one) => one.id === id);

  describe('an endpoint', () => {
    it('is confirmed by another admin than the one who proposed it, and never changed', async () => {
      const { writer, t } = await start();
      const { url } = await receiver(() => ({ status: 200 }));
      const bela = await t.addPerson('Bela', ['admin']);
      await follow(t);
      const { id, version, status } = await propose(t, url);
      expect(status).toBe('proposed');
      await follow(t);
      expect(await titles(t, bela)).toContain('A new webhook endpoint waits for a second admin');
      await expect(t.as(t.ada.actor, (work) => confirmEndpoint(work, { id, version }))).rejects.toMatchObject({
        code: 'webhook.own_proposal',
      });
      await freezeRail(t, 'stripe');
      expect(await sent(t, id)).toEqual([]);
      await t.as(bela.actor, (work) => confirmEndpoint(work, { id, version }));
      await expect(t.as(bela.actor, (work) => confirmEndpoint(work, { id, version }))).rejects.toMatchObject({
        code: 'webhook.stale',
      });
      await follow(t);
      expect(await titles(t, bela)).not.toContain('A new webhook endpoint waits for a second admin');
      await expect(
        writer.transaction((tx) => tx.run(sql`update webhook_endpoints set url = 'https://eve.example'`)),
      ).rejects.toThrow(/keeps what it began with/);
    });

    it('is an encrypted public address without secrets in it, where money is real', async () => {
      const { t } = await start();
      for (const url of [
        'http://hooks.example.org/',
        'https://me:secret@hooks.example.org/',
        'https://hooks.example.org/#part',
      ])
        await expect(propose(t, url, LIVE)).rejects.toMatchObject({ code: 'webhook.address' });
      expect(await propose(t, 'https://hooks.example.org/in', LIVE)).toMatchObject({ status: 'proposed' });
    });
  });

  describe('a delivery', () => {
    it('is signed by the vault as the documented example verifies it, and says no amount', async () => {
      const { writer, t } = await start();
      const { url, got } = await receiver(() => ({ status: 200, body: 'thanks' }));
      const { id } = await activate(t, url);
      await freezeRail(t, 'stripe');
      expect(await send(t)).toMatchObject({ delivered: 1, failed: 0 });
      const [arrived] = got;
      expect(JSON.parse(arrived?.body ?? '')).toMatchObject({
        event: 'freeze.set',
        subject: expect.stringMatching(/^freeze:frz_/),
        data: {},
      });
      const publicKey = (await vaultPublicKey(writer)) ?? '';
      const verifyWebhook = documentedExample();
      const nowMs = t.clock.nowMs();
      const headers = arrived?.headers as Record<string, string>;
      expect(verifyWebhook(publicKey, headers, arrived?.body ?? '', nowMs)).toBe(true);
      expect(verifyWebhook(publicKey, headers, `${arrived?.body} `, nowMs)).toBe(false);
      expect(
        verifyWebhook(publicKey, { ...headers, 'countersign-delivery': 'whd_other' }, arrived?.body ?? '', nowMs),
      ).toBe(false);
      expect(verifyWebhook(publicKey, headers, arrived?.body ?? '', nowMs + HOUR_MS)).toBe(false);
      expect(await sent(t, id)).toMatchObject([
        { status: 'delivered', attempts: 1, lastStatus: 200, lastAnswer: 'thanks' },
      ]);
    });

    it('says of an event what may leave the house, and no amount, name or sentence', async () => {
      const { writer, t } = await start();
      const { url } = await receiver(() => ({ status: 200 }));
      await t.as(t.ada.actor, async (work) => {
        const { id, version } = await proposeEndpoint(work, wish(url, ['*']), SANDBOX);
        await confirmEndpoint(work, { id, version });
      });
      await follow(t);
      await writer.transaction((tx) => tx.run(sql`delete from webhook_deliveries`));
      const said = {
        'payout.reversed': { amountMinor: '12345' },
        'campaign.granted': { grants: 3, totalMinor: '999' },
        'trust.broken': { problems: ['Nina Nails is no admin'] },
        'provider.unhealthy': { rail: 'stripe', why: 'No such account acct_1' },
        'payout.completed': { from: 'processing' },
        'alert.raised': { rule: 'treasury_low', severity: 'warning', about: 'asset:iso:USD', again: true },
        'payouts.imported': { payouts: 4, payeesCreated: 1, payees: '4 of Acme' },
      };
      await t.as(t.ada.actor, async (work) => {
        work.audit({ action: 'test', subject: 'test' });
        for (const [name, payload] of Object.entries(said)) work.emit({ name, subject: 'test', payload });
      });
      await follow(t);
      const bodies = await writer.rows<{ body: string }>(
        sql`select body from webhook_deliveries where subject = 'test' order by seq`,
      );
      expect(bodies.map(({ body }) => (JSON.parse(body) as { data: unknown }).data)).toEqual([
        {},
        { grants: 3 },
        {},
        { rail: 'stripe' },
        { from: 'processing' },
        { rule: 'treasury_low', severity: 'warning', about: 'asset:iso:USD' },
        { payouts: 4, payeesCreated: 1 },
      ]);
    });

    it('waits for the one before it about the same subject, and not for those about others', async () => {
      const { t, writer } = await start();
      let refuses = true;
      const { url, got } = await receiver(({ body }) => ({
        status: refuses && body.includes('freeze:one') ? 422 : 200,
      }));
      await activate(t, url);
      for (const subject of ['freeze:one', 'freeze:two', 'freeze:one'])
        await t.as(t.ada.actor, async (work) => {
          work.audit({ action: 'test', subject });
          work.emit({ name: 'freeze.set', subject });
        });
      await follow(t);
      expect(await send(t)).toMatchObject({ delivered: 1, failed: 1, againInMs: 10_000 });
      refuses = false;
      t.clock.advance(10_000);
      expect(await send(t)).toMatchObject({ delivered: 2 });
      const about = got.map(({ body }) => JSON.parse(body) as { subject: string; seq: number });
      expect(about.map(({ subject }) => subject)).toEqual(['freeze:one', 'freeze:two', 'freeze:one', 'freeze:one']);
      expect((about[2]?.seq ?? 0) < (about[3]?.seq ?? 0)).toBe(true);
      expect(await writer.rows(sql`select 1 from webhook_deliveries where status = 'waiting'`)).toEqual([]);
    });

    it('is tried again after rests while its receiver is away, as long as it asks for, and then arrives', async () => {
      const { t } = await start();
      const replies: Reply[] = [{ status: 500 }, { status: 429, headers: { 'retry-after': '120' } }];
      const { url, got } = await receiver(() => replies.shift() ?? { status: 200 });
      const { id } = await activate(t, url);
      await freezeRail(t, 'stripe');
      await freezeRail(t, 'stellar');
      expect(await send(t)).toMatchObject({ failed: 1, againInMs: 10_000 });
      // The second event does not knock at a closed door either.
      expect(await send(t)).toMatchObject({ failed: 0 });
      t.clock.advance(10_000);
      expect(await send(t)).toMatchObject({ failed: 1, againInMs: 120_000 });
      expect((await endpoint(t, id))?.failingSinceMs).not.toBeNull();
      t.clock.advance(120_000);
      expect(await send(t)).toMatchObject({ delivered: 2 });
      expect((await endpoint(t, id))?.failingSinceMs).toBeNull();
      expect(new Set(got.map(({ headers }) => headers['countersign-delivery'])).size).toBe(2);
    });

    it('is kept while its endpoint is off, sent when it is on again, and again when somebody asks', async () => {
      const { t } = await start();
      const { url, got } = await receiver(() => ({ status: 200 }));
      const { id, version } = await activate(t, url);
      const off = await t.as(t.ada.actor, (work) => disableEndpoint(work, { id, version, reason: 'They migrate' }));
      await freezeRail(t, 'stripe');
      expect(await send(t)).toMatchObject({ delivered: 0 });
      expect((await endpoint(t, id))?.waiting).toBe(1);
      const on = await t.as(t.ada.actor, (work) => enableEndpoint(work, { id, version: off.version }));
      await t.as(t.ada.actor, (work) => pingEndpoint(work, { id }));
      expect(await send(t)).toMatchObject({ delivered: 2 });
      const first = (await sent(t, id)).find(({ event }) => event === 'freeze.set');
      await t.as(t.ada.actor, (work) => redeliver(work, { id: first?.id ?? '' }));
      await send(t);
      expect(got.filter(({ headers }) => headers['countersign-delivery'] === first?.id)).toHaveLength(2);
      await t.as(t.ada.actor, (work) => removeEndpoint(work, { id, version: on.version, reason: 'Gone' }));
      await freezeRail(t, 'stellar');
      expect(await send(t)).toMatchObject({ delivered: 0 });
      expect(await endpoint(t, id)).toBeUndefined();
    });

    it('is not sent by a fenced copy, and what was due before the fence by nobody', async () => {
      const { writer, t } = await start();
      const { url, got } = await receiver(() => ({ status: 200 }));
      const { id } = await activate(t, url);
      await freezeRail(t, 'stripe');
      await t.as(t.ada.actor, (work) => freeze(work, { scope: 'rail', target: 'stellar', reason: 'Not followed yet' }));
      await writer.transaction((tx) =>
        tx.run(sql`update vault set fenced_at_ms = ${BigInt(t.clock.nowMs())}, fence_reason = 'Copied.'`),
      );
      const nowMs = t.clock.nowMs();
      expect(await writer.transaction((tx) => claimDelivery(tx, id, nowMs))).toBeNull();
      expect(await send(t)).toEqual({ delivered: 0, failed: 0, againInMs: null });
      t.clock.advance(MINUTE_MS);
      await freezeRail(t, 'nowpayments');
      expect(await send(t)).toMatchObject({ delivered: 0, againInMs: null });
      await writer.transaction((tx) => tx.run(sql`update vault set fenced_at_ms = null, fence_reason = null`));
      expect(await send(t)).toMatchObject({ delivered: 1 });
      expect(got).toHaveLength(1);
      expect((await sent(t, id)).map(({ status, lastAnswer }) => [status, lastAnswer]).sort()).toEqual([
        ['delivered', ''],
        ['failed', 'The vault was fenced. Copied.'],
        ['failed', 'The vault was fenced. Copied.'],
      ]);
    });

    it('to a slow endpoint goes on in the next round, so that none holds up the others for long', async () => {
      const { t } = await start();
      const { url, got } = await receiver(() => {
        const untilMs = performance.now() + (got.length === 1 ? 300 : 0);
        while (performance.now() < untilMs);
        return { status: 200 };
      });
      await activate(t, url);
      for (const target of ['stripe', 'stellar', 'nowpayments']) await freezeRail(t, target);
      const slow = { ...SANDBOX, answerMsMax: 5_000, roundMsMax: 5_250 };
      expect(await sendWebhooks(driverFor(t), slow)).toEqual({ delivered: 1, failed: 0, againInMs: 250 });
      expect(await send(t)).toMatchObject({ delivered: 2, againInMs: null });
      expect(got).toHaveLength(3);
    });

    it('is not claimed once its endpoint is switched off, in the middle of a round, too', async () => {
      const { writer, t } = await start();
      const { url, got } = await receiver(() => ({ status: 200 }));
      const { id, version } = await activate(t, url);
      await freezeRail(t, 'stripe');
      await freezeRail(t, 'stellar');
      const claim = () => writer.transaction((tx) => claimDelivery(tx, id, t.clock.nowMs()));
      expect(await claim()).not.toBeNull();
      await t.as(t.ada.actor, (work) => disableEndpoint(work, { id, version, reason: 'It leaks' }));
      expect(await claim()).toBeNull();
      expect(got).toEqual([]);
    });

    it('that never gets through has its endpoint switched off after three days, and admins are told', async () => {
      const { t } = await start();
      const { url } = await receiver(() => ({ status: 503 }));
      const { id } = await activate(t, url);
      await freezeRail(t, 'stripe');
      for (let tries = 0; tries < 10 && (await endpoint(t, id))?.status === 'active'; tries++) {
        await send(t);
        t.clock.advance(12 * HOUR_MS);
      }
      expect(await endpoint(t, id)).toMatchObject({
        status: 'disabled',
        disabledBecause: 'Nothing got through for three days.',
      });
      await follow(t);
      expect((await titles(t, t.ada))[0]).toMatch(/^Nothing gets through to 127\.0\.0\.1:\d+: it was switched off$/);
    });
  });
});

type Verify = (publicKey: string, headers: Record<string, string>, body: string, nowMs: number) => boolean;

/** The example of the documentation, as it stands there. */
function documentedExample(): Verify {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/formats/webhooks-out.md'), 'utf8');
  const code = /```js\n(import[\s\S]*?)```/.exec(text)?.[1] ?? '';
  const body = code.replace(/^import.*$/gm, '').replace('export function', 'return function');
  return new Function('createPublicKey', 'verify', body)(createPublicKey, verify) as Verify;
}
