import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Contract } from '../../../core/contract/index.ts';
import { PAYEE_ID } from './fake-engine.ts';
import { type Running, running } from './running.ts';

let on: Running;
let rpc: ContractRouterClient<Contract>;
beforeAll(async () => {
  on = await running();
  rpc = createORPCClient(
    new RPCLink({
      url: `${on.server.origin}/rpc`,
      headers: { authorization: `Bearer ${on.server.token}`, 'x-countersign-session': 'valid' },
    }),
  );
});
afterAll(() => on.stop());
beforeEach(() => {
  on.engine.calls.length = 0;
  on.engine.fault = null;
  on.engine.vaultState = 'open';
  on.faults.length = 0;
});

const PAYEE = { reference: 'r', name: 'n', destination: { rail: 'simulated', address: 'a' } } as const;

describe('the printed address', () => {
  test('carries a token of 32 random bytes in its fragment, new at each start', async () => {
    const [address, fragment] = on.server.url.split('#');
    expect(address).toBe(`http://127.0.0.1:${on.server.port}/`);
    expect(Buffer.from(fragment?.replace('token=', '') ?? '', 'base64url')).toHaveLength(32);
    const other = await running();
    await other.stop();
    expect(other.server.token).not.toBe(on.server.token);
  });

  test('is exchanged for a cookie that scripts cannot read and other sites cannot send', async () => {
    const launch = await fetch(`${on.server.origin}/launch`, {
      method: 'POST',
      body: JSON.stringify({ token: on.server.token }),
      headers: { 'content-type': 'application/json', origin: on.server.origin },
    });
    expect(launch.status).toBe(200);
    const cookie = launch.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^countersign-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(on.server.token);
    const call = await fetch(`${on.server.origin}/api/vault`, {
      headers: { cookie: `other=1; ${cookie.split(';')[0]}` },
    });
    expect(call.status).toBe(200);
  });

  test.each([{ token: 'x', more: 1 }, { token: 1 }, {}, [], 'text', null])('%j is not an exchange', async (body) => {
    const answer = await on.post('/launch', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'input.invalid' });
  });
});

describe('REST', () => {
  test('hands the call to the engine and gives its answer', async () => {
    const answer = await on.call(`/api/payees/${PAYEE_ID}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id: PAYEE_ID, name: 'Ada' });
  });

  test('reads lists by query', async () => {
    await on.call('/api/payees?limit=20&q=ada');
    expect(on.engine.calls).toMatchObject([{ procedure: 'payees.list', input: { limit: 20, q: 'ada' } }]);
  });

  test('a refusal has the status of the catalogue and exactly code, message and data', async () => {
    const answer = await on.call('/api/session');
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ code: 'session.required', message: 'Sign in first.', data: {} });
  });

  test('an input of another form says what is expected, by field', async () => {
    const answer = await on.post('/api/payees', {
      ...PAYEE,
      name: '',
      email: 'x',
      destination: { rail: 'cash', address: 'a' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      code: 'input.invalid',
      message: 'The request does not have the expected form.',
      data: { issues: expect.stringMatching(/^name: .+; email: .+; destination.rail: .+simulated/) },
    });
  });

  test('unknown fields are refused: in a body, in a query, and where nothing is expected', async () => {
    expect((await on.post('/api/payees', { ...PAYEE, admin: true })).status).toBe(400);
    expect((await on.call('/api/payees?admin=true')).status).toBe(400);
    const answer = await on.call('/api/ledger/position?asset=iso:USD');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'input.invalid', data: { issues: 'asset: Not expected' } });
    expect(on.engine.calls).toEqual([]);
  });

  test.each(['{', '{"a":1}}', '\ufeff{}', 'NaN'])('a body that is not JSON (%j) is refused', async (body) => {
    const answer = await on.call('/api/payees', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'input.invalid' });
  });

  test('a body that is not UTF-8 is refused', async () => {
    const body = Buffer.from('{"name":"\xff"}', 'latin1');
    const answer = await on.call('/api/payees', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(await answer.json()).toMatchObject({ code: 'input.invalid', data: { issues: 'body: Not UTF-8' } });
  });

  test.each(['GET /api/nothing', 'PUT /api/payees', 'POST /nothing', 'GET /nothing', 'DELETE /healthz', 'GET /rpc'])(
    '%s is nothing that is here',
    async (asked) => {
      const [method, path] = asked.split(' ');
      const answer = await on.call(path ?? '', { method: method ?? '' });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({
        code: 'request.unknown_path',
        message: 'There is nothing at this address.',
        data: {},
      });
    },
  );

  test('procedures that are for the window alone have no path', async () => {
    for (const path of ['/vault/lock', '/api/vault/lock', '/desk/changes', '/vault/create', '/staff/add']) {
      expect((await on.post(path, {})).status, path).toBe(404);
    }
    expect(await rpc.vault.lock()).toEqual({});
  });

  test('the Idempotency-Key header is the field of that name', async () => {
    const input = {
      reference: 'INV-1',
      payeeId: PAYEE_ID,
      destinationId: `dst_${'0'.repeat(25)}`,
      assetId: 'iso:USD',
      amountMinor: '9007199254740993',
    };
    const answer = await on.post('/api/payouts', input, { 'idempotency-key': 'key-1' });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'payout.idempotency_mismatch', data: { payoutId: 'pay_1' } });
    expect(on.engine.calls).toMatchObject([{ input: { ...input, idempotencyKey: 'key-1' } }]);

    const both = await on.post('/api/payouts', { ...input, idempotencyKey: 'key-2' }, { 'idempotency-key': 'key-1' });
    expect(both.status).toBe(400);
    expect(on.engine.calls).toHaveLength(1);
  });

  test('a bug in the engine is a 500 without a word of its inside, and is reported', async () => {
    on.engine.fault = new Error('select * from staff where secret');
    const answer = await on.call('/api/overview', { headers: { 'x-correlation-id': 'look-here' } });
    expect(answer.status).toBe(500);
    const body = await answer.text();
    expect(JSON.parse(body)).toMatchObject({ code: 'engine.failed', data: {} });
    expect(body).not.toMatch(/select|staff|secret|\.ts|stack/);
    expect(on.faults).toEqual([{ error: on.engine.fault, correlationId: 'look-here' }]);
  });
});

test('a caller who hangs up stops the call, and that is nobody’s fault', async () => {
  const giveUp = new AbortController();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  on.engine.hold = promise;
  const call = on.call(`/api/payees/${PAYEE_ID}`, { signal: giveUp.signal });
  await expect.poll(() => on.engine.calls.length).toBe(1);
  giveUp.abort();
  await expect(call).rejects.toThrow();
  await expect.poll(() => on.engine.givenUp).toBe(1);
  on.engine.hold = null;
  release();
  expect(on.faults).toEqual([]);
});

describe('RPC', () => {
  test('hands the session on, and typed refusals come through as they were', async () => {
    expect(await rpc.session.me()).toMatchObject({ name: 'Ada' });
    const bad = rpc.payees.create({ ...PAYEE, name: '' });
    await expect(bad).rejects.toMatchObject({
      code: 'input.invalid',
      defined: true,
      status: 400,
      data: { issues: expect.stringMatching(/^name: /) },
    });
    const refused = rpc.session.signIn({ name: 'Ada', slotSecret: 'aa'.repeat(32), signInProof: 'bb'.repeat(32) });
    await expect(refused).rejects.toBeInstanceOf(ORPCError);
    await expect(refused).rejects.toMatchObject({ code: 'session.refused', defined: true, status: 401 });
  });

  test('a bug in the engine does not show its inside', async () => {
    on.engine.fault = new Error('inside');
    await expect(rpc.desk.overview()).rejects.toMatchObject({ code: 'engine.failed', status: 500, data: {} });
    expect(on.faults).toHaveLength(1);
  });

  test('a malformed envelope is the fault of who sent it', async () => {
    const answer = await on.post('/rpc/payees/create', { json: 1, meta: [[0, 'a', 'b']] });
    expect(answer.status).toBe(400);
    expect(on.faults).toEqual([]);
  });

  test('live changes stream through, and a window that goes away ends its stream', async () => {
    const leaving = new AbortController();
    const changes = await rpc.desk.changes(undefined, { signal: leaving.signal });
    expect(await changes.next()).toMatchObject({ value: { name: 'payout.approved' } });
    expect(on.engine.streams).toBe(1);
    leaving.abort();
    await expect.poll(() => on.engine.streams).toBe(0);
  });
});

describe('every answer', () => {
  test.each([
    '/',
    '/healthz',
    '/readyz',
    '/metrics',
    '/openapi.json',
    '/nothing',
    '/api/payees',
    '/api/session',
    '/rpc/vault/status',
  ])('of %s carries the security headers and a correlation id', async (path) => {
    for (const init of [{}, { headers: { authorization: 'none' } }]) {
      const { headers } = await on.call(path, init);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; /);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cache-control')).toMatch(path === '/' ? 'no-cache' : 'no-store');
      expect(headers.get('x-correlation-id')).toMatch(/^[\w-]+$/);
    }
  });

  test('repeats the correlation id it was given', async () => {
    const answer = await on.call('/api/nothing', { headers: { 'x-correlation-id': 'job-2026.11_20' } });
    expect(answer.headers.get('x-correlation-id')).toBe('job-2026.11_20');
  });
});

describe('the page', () => {
  test('is served without any secret: the secret is in its address', async () => {
    const page = await fetch(`${on.server.origin}/`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<title>Countersign</title>');
  });

  test('its hashed files may be kept for ever', async () => {
    const file = await fetch(`${on.server.origin}/assets/app-1a2b.js?v=1`);
    expect(file.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(file.headers.get('cache-control')).toContain('immutable');
  });

  test('HEAD gives the headers alone', async () => {
    const head = await fetch(`${on.server.origin}/`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });
});

describe('probes', () => {
  test('/healthz says that the engine lives', async () => {
    const answer = await fetch(`${on.server.origin}/healthz`);
    expect(await answer.json()).toEqual({ status: 'ok', version: '1.2.3', engineRestarts: 2 });
  });

  test('/readyz is 200 only when a vault is open', async () => {
    const ready = await fetch(`${on.server.origin}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({
      ready: true,
      store: 'open',
      migrations: 'current',
      jobs: 'running',
      failingJobs: ['backup'],
      lateJobs: [],
      engineRestarts: 2,
    });
    on.engine.vaultState = 'locked';
    const locked = await fetch(`${on.server.origin}/readyz`);
    expect(locked.status).toBe(503);
    expect(await locked.json()).toMatchObject({ ready: false, store: 'locked', jobs: 'stopped' });
  });
});
