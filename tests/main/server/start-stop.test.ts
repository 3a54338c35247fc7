import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ServeError } from '../../../main/server/errors.ts';
import { isLoopback } from '../../../main/server/gate.ts';
import { startServer } from '../../../main/server/server.ts';
import { fakeEngine, PAYEE_ID } from './fake-engine.ts';
import { running } from './running.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

function certificate() {
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=ignored.example',
    ].concat(['-addext', 'subjectAltName=DNS:treasury.example,IP:192.0.2.7', '-keyout', key, '-out', cert]),
    { stdio: 'ignore' },
  );
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

describe('beyond loopback', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'treasury.example', '127.0.0.1.example', '128.0.0.1'])(
    '%s without TLS is refused before anything listens',
    async (host) => {
      const starting = startServer({
        engine: fakeEngine(),
        host,
        port: 0,
        rendererFolder: folder,
        version: '1',
        onFault: () => undefined,
      });
      await expect(starting).rejects.toThrow(ServeError);
      await expect(starting).rejects.toThrow('without TLS');
    },
  );

  test('loopback is an address, not a beginning of a name', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].map(isLoopback)).toEqual([true, true, true, true]);
    expect(['127.evil.example', 'localhost.evil.example', '10.0.0.1'].map(isLoopback)).toEqual([false, false, false]);
  });

  test('a broken certificate is a sentence', async () => {
    await expect(running({ tls: { cert: 'no', key: 'no' } })).rejects.toThrow(
      'The TLS certificate and key cannot be used',
    );
  });

  test('with TLS our names are the ones the certificate vouches for, and the cookie never goes in the clear', async () => {
    const on = await running({ host: '0.0.0.0', tls: certificate() });
    const ask = (host: string, options: https.RequestOptions = {}, body = '') =>
      new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
        const headers = { host: `${host}:${on.server.port}`, ...(options.headers as object) };
        https
          .request({ port: on.server.port, rejectUnauthorized: false, ...options, headers }, (answer) => {
            answer.resume();
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
          })
          .on('error', reject)
          .end(body);
      });
    try {
      expect(on.server.url).toMatch(/^https:\/\/treasury\.example:\d+\/#token=/);
      expect((await ask('treasury.example')).status).toBe(200);
      expect((await ask('192.0.2.7')).status).toBe(200);
      expect((await ask('localhost')).status).toBe(200);
      for (const foreign of ['ignored.example', 'evil.example', '192.0.2.8', '0.0.0.1']) {
        expect((await ask(foreign)).status, foreign).toBe(403);
      }
      const body = JSON.stringify({ token: on.server.token });
      const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
      const launch = await ask('treasury.example', { method: 'POST', path: '/launch', headers }, body);
      expect(launch.headers['set-cookie']?.[0]).toMatch(/; Secure$/);
      expect(launch.headers['strict-transport-security']).toMatch(/^max-age=/);
    } finally {
      await on.stop();
    }
  });
});

test('a taken port is a sentence that says what to do', async () => {
  const first = await running();
  await expect(running({ port: first.server.port })).rejects.toThrow(
    `Port ${first.server.port} on 127.0.0.1 is in use`,
  );
  await first.stop();
});

describe('closing', () => {
  test('finishes what is open, refuses what is new on a kept connection, and then is gone', async () => {
    const on = await running();
    const { promise, resolve: release } = Promise.withResolvers<void>();
    on.engine.hold = promise;
    const open = on.call(`/api/payees/${PAYEE_ID}`);
    await expect.poll(() => on.engine.calls.length).toBe(1);

    let closed = false;
    const closing = on.server.close().then(() => {
      closed = true;
    });
    await expect(on.call('/healthz')).rejects.toThrow();
    expect(closed).toBe(false);
    release();
    expect((await open).status).toBe(200);
    await closing;
    await on.stop();
  });

  test('a live stream does not hold it up', async () => {
    const on = await running();
    const stream = await on.post('/rpc/desk/changes', {});
    const reader = stream.body?.getReader();
    await reader?.read();
    expect(on.engine.streams).toBe(1);
    await on.stop();
    await expect.poll(() => on.engine.streams).toBe(0);
  });

  test('closing twice is closing once', async () => {
    const on = await running();
    expect(on.server.close()).toBe(on.server.close());
    await on.stop();
    await expect(on.call('/healthz')).rejects.toThrow();
  });
});
