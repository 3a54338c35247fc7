import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { exposition } from '../../../main/server/exposition.ts';
import { MetricsCollection, mayHaveAmounts } from '../../../main/server/metrics.ts';
import { takeMetricsToken } from '../../../main/server/token-settings.ts';
import { readExposition } from '../../support/exposition.ts';
import { type Running, running } from './running.ts';

const TOKEN = 'c'.repeat(64);
let on: Running;

const start = async (options: Parameters<typeof running>[0] = {}) => {
  on = await running(options);
};
const ask = (headers: Record<string, string> = {}) => fetch(`${on.server.origin}/metrics`, { headers });
const asked = () =>
  on.engine.calls.filter(({ procedure }) => procedure === 'watching.metrics').map(({ input }) => input);

describe('/metrics', () => {
  beforeEach(() => start());
  afterEach(() => on.stop());

  it('is what a collector can read, whatever stands in a label', async () => {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const families = readExposition(await answer.text());
    expect(families.get('countersign_build_info')?.series).toMatchObject([{ labels: { version: '1.2.3' }, value: 1 }]);
    expect(families.get('countersign_engine_restarts_total')?.series).toMatchObject([{ value: 2 }]);
    expect(families.get('countersign_alerts_open')?.series).toEqual([
      { name: 'countersign_alerts_open', labels: { rule: 'a"b\\c\nd' }, value: 2 },
    ]);
  });

  it('tells a program of this machine no amounts, and whoever shows a secret all', async () => {
    await ask();
    await ask({ authorization: `Bearer ${on.server.token}` });
    expect(asked()).toEqual([{ amounts: false }, { amounts: true }]);
    await on.stop();
    await start({ metricsToken: TOKEN });
    expect((await ask({ authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect(asked()).toEqual([{ amounts: true }]);
  });

  it('is for nobody else', async () => {
    expect((await ask({ authorization: 'Bearer guessed' })).status).toBe(401);
    expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await fetch(`${on.server.origin}/metrics`, { method: 'POST' })).status).toBe(404);
    await on.stop();
    await start({ metricsToken: TOKEN });
    const refused = await ask();
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ code: 'metrics.refused' });
    expect((await ask({ authorization: `Bearer ${TOKEN}x` })).status).toBe(401);
    expect(asked()).toEqual([]);
  });

  it('is not for whoever comes through a proxy of this machine without a token', async () => {
    for (const name of ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'via']) {
      expect((await ask({ [name]: '1.1 somewhere' })).status, name).toBe(401);
    }
    expect(asked()).toEqual([]);
    expect((await ask({ via: '1.1 proxy', authorization: `Bearer ${on.server.token}` })).status).toBe(200);
  });

  it('is collected once for all who ask meanwhile, and anew for who asks after', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    on.engine.holdMetrics = promise;
    const metrics = new MetricsCollection(on.engine, '1.2.3');
    const answers = [false, false, true, false, true].map((amounts) => metrics.collect(amounts));
    resolve();
    await Promise.all(answers);
    expect(asked()).toEqual([{ amounts: false }, { amounts: true }]);
    await metrics.collect(false);
    expect(asked()).toHaveLength(3);
    // One that fails is not what the next is given.
    on.engine.holdMetrics = Promise.reject(new Error('for a test'));
    await expect(metrics.collect(false)).rejects.toThrow();
    on.engine.holdMetrics = null;
    expect(await metrics.collect(false)).not.toEqual([]);
  });

  it('says little while the vault is locked', async () => {
    on.engine.vaultState = 'locked';
    const families = readExposition(await (await ask()).text());
    expect(families.get('countersign_vault_open')?.series).toMatchObject([{ value: 0 }]);
    expect(families.has('countersign_alerts_open')).toBe(false);
  });

  it('is not reached by the window, nor by a program over REST', async () => {
    for (const path of ['/rpc/watching/metrics', '/rpc/watching/jobs', '/api/watching/metrics']) {
      expect((await on.post(path, { json: { amounts: true } })).status, path).toBe(404);
    }
    expect(asked()).toEqual([]);
  });
});

test.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.7', false],
  ['::ffff:10.0.0.7', false],
  ['', false],
])('without a token %j is let in: %s', (remoteAddress, isLetIn) => {
  const launch = { token: '', cookieFor: () => null, admits: () => false };
  const request = { headers: {}, socket: { remoteAddress } } as unknown as IncomingMessage;
  const decide = () => mayHaveAmounts(request, { launch, token: undefined });
  if (isLetIn) expect(decide()).toBe(false);
  else expect(decide).toThrow(expect.objectContaining({ code: 'metrics.refused' }));
});

test('the token is taken out of the environment, and one that could be guessed is refused', () => {
  const environment: NodeJS.ProcessEnv = { COUNTERSIGN_METRICS_TOKEN: TOKEN };
  expect(takeMetricsToken(environment)).toBe(TOKEN);
  expect(environment).toEqual({});
  expect(takeMetricsToken(environment)).toBeUndefined();
  expect(() => takeMetricsToken({ COUNTERSIGN_METRICS_TOKEN: 'short' })).toThrow('shorter than 32 bytes');
  expect(() => takeMetricsToken({ COUNTERSIGN_METRICS_TOKEN: `${TOKEN} ` })).toThrow('letters, digits');
});

test('a family without samples is left out', () => {
  expect(exposition([{ name: 'a', help: 'b', type: 'gauge', samples: [] }])).toBe('');
});
