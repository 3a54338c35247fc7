import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { StrKey } from '@stellar/stellar-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { faultFile } from '../../../main/sandbox/faults/rules.ts';
import type { Addresses } from '../../../main/sandbox/simulated-world.ts';
import { kitFor } from '../../support/stripe-world.ts';
import { countersign, errorLine, start } from './command.ts';

const ACCOUNT = 'GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7';
const GET_CONFIGURATION = { data: 'e006000000' };
/** Of m/44'/148'/0'. */
const GET_PUBLIC_KEY = { data: 'e00200000d038000002c8000009480000000' };
const running: ChildProcessWithoutNullStreams[] = [];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-sandbox-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) await stop(child, 'SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function world(args: readonly string[] = []) {
  const child = start(['sandbox', '--json', ...args]);
  running.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, at: JSON.parse(line) as Addresses };
}

async function stop(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill(signal);
  const [exit] = (await once(child, 'exit')) as [number | null];
  return exit;
}

async function ask(url: string, body?: unknown) {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function fileWith(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('countersign sandbox', () => {
  test('says in its first line where everything is, all of it answers, and SIGTERM ends it in order', async () => {
    const { child, at } = await world();
    expect(Object.keys(at)).toEqual(['stellarRpc', 'horizon', 'stripe', 'nowpayments', 'device']);
    for (const url of Object.values(at)) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const health = await ask(at.stellarRpc, { jsonrpc: '2.0', id: 1, method: 'getHealth', params: {} });
    expect(health.body).toMatchObject({ result: { status: 'healthy' } });
    expect((await ask(`${at.horizon}/friendbot?addr=${ACCOUNT}`)).status).toBe(200);
    expect((await ask(`${at.horizon}/accounts/${ACCOUNT}`)).body).toMatchObject({ account_id: ACCOUNT });
    expect(await kitFor(at.stripe).topups.create({ amount: 500, currency: 'usd' })).toMatchObject({
      status: 'succeeded',
    });
    expect((await ask(`${at.nowpayments}/v1/auth`, { email: 'any@body.test', password: 'any' })).body).toMatchObject({
      token: expect.stringMatching(/^ey/),
    });
    expect((await ask(`${at.device}/apdu`, GET_CONFIGURATION)).body).toMatchObject({
      data: expect.stringMatching(/9000$/),
    });
    expect(await stop(child, 'SIGTERM')).toBe(0);
    await expect(fetch(at.horizon)).rejects.toThrow('fetch failed');
  });

  test('stands on five ports in a row where it is told to, and says when one of them is taken', async () => {
    const base = await fiveFreePorts();
    const { at, child } = await world(['--port-base', String(base)]);
    const ports = Object.values(at).map((url) => Number(new URL(url).port));
    expect(ports).toEqual([base, base + 1, base + 2, base + 3, base + 4]);
    const second = await countersign(['sandbox', '--port-base', String(base)]);
    expect(second.exit).toBe(1);
    expect(errorLine(second)).toMatch(/^Something else listens on port \d+ already\.$/);
    expect(await stop(child, 'SIGINT')).toBe(0);
  });

  test('goes on from what it kept, where it is told to keep it', async () => {
    const state = path.join(folder, 'world');
    const first = await world(['--state', state]);
    expect((await ask(`${first.at.horizon}/friendbot?addr=${ACCOUNT}`)).status).toBe(200);
    const kit = kitFor(first.at.stripe);
    const account = await kit.accounts.create({ type: 'express' });
    expect(await stop(first.child, 'SIGTERM')).toBe(0);
    const again = await world(['--state', state]);
    expect(await ask(`${again.at.horizon}/accounts/${ACCOUNT}`)).toMatchObject({ status: 200, body: { id: ACCOUNT } });
    expect((await kitFor(again.at.stripe).accounts.retrieve(account.id)).id).toBe(account.id);
    const without = await world();
    expect((await ask(`${without.at.horizon}/accounts/${ACCOUNT}`)).status).toBe(404);
  });

  test('is another Ledger with other words and another version of its app', async () => {
    const words = 'illness spike retreat truth genius clock brain pass fit cave bargain toe';
    const { at } = await world(['--device-seed', words, '--device-app', '6.0.0']);
    expect((await ask(`${at.device}/apdu`, GET_CONFIGURATION)).body.data).toBe('0006000020009000');
    const { body: key } = await ask(`${at.device}/apdu`, GET_PUBLIC_KEY);
    // The first account of the published vectors of SEP-5.
    const account = StrKey.encodeEd25519PublicKey(Buffer.from(String(key.data).slice(0, 64), 'hex'));
    expect(account).toBe('GDRXE2BQUC3AZNPVFSCEZ76NJ3WWL25FYFK6RGZGIEKWE4SOOHSUJUJ6');
  });

  test('misbehaves as the file says', async () => {
    const rules = [{ where: 'horizon.accounts.get', when: { nth: [1] }, do: { kind: 'refuse', status: 503 } }];
    const { at } = await world(['--faults', fileWith('faults.json', JSON.stringify({ rules }))]);
    expect((await ask(`${at.horizon}/accounts/${ACCOUNT}`)).status).toBe(503);
    expect((await ask(`${at.horizon}/accounts/${ACCOUNT}`)).status).toBe(404);
  });

  test.each([
    ['no JSON', 'rules:', 'it is not JSON'],
    ['an unknown fault', '{"rules":[{"where":"a.b","do":{"kind":"explode"}}]}', 'rules[0].do.kind'],
    ['an unknown field', '{"rules":[],"sead":1}', 'Unrecognized key: "sead"'],
    ['a name that is none', '{"rules":[{"where":"Stripe","do":{"kind":"lose_request"}}]}', 'rules[0].where'],
  ])('refuses a file of faults with %s in one line', async (_what, text, why) => {
    const ended = await countersign(['sandbox', '--faults', fileWith('bad.json', text)]);
    expect(ended.exit).toBe(1);
    expect(errorLine(ended)).toContain(`${path.join(folder, 'bad.json')} is not a file of faults`);
    expect(errorLine(ended)).toContain(why);
  });

  test.each([
    [['--port-base', '65532'], 'is not the first of 5 ports'],
    [['--port-base', '80a'], 'is not the first of 5 ports'],
    [['--device-app', '4.0.0'], 'There is no simulated Stellar app 4.0.0: try 5.6.0 or 6.0.0.'],
    [['--device-seed', 'abandon ability'], '--device-seed: one of the words is wrong'],
  ])('refuses %j as wrong usage', async (args, why) => {
    const ended = await countersign(['sandbox', ...args]);
    expect(ended.exit).toBe(2);
    expect(errorLine(ended)).toContain(why);
    expect(ended.stderr).not.toContain('abandon ability');
  });

  test('the example of the format is a file of faults', () => {
    const document = readFileSync(path.join(import.meta.dirname, '../../../docs/formats/sandbox-faults.md'), 'utf8');
    const [, example = ''] = /```json\n(.*?)```/s.exec(document) ?? [];
    const { rules } = faultFile.parse(JSON.parse(example));
    expect(rules.length).toBeGreaterThan(3);
    const described = [...document.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, kind]) => kind);
    expect(described).toEqual(expect.arrayContaining(rules.map((rule) => rule.do.kind)));
  });
});

/** Next to each other, and nobody's at this moment. */
async function fiveFreePorts(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    const taken = await Promise.all(Array.from({ length: 5 }, (_, offset) => isTaken(base + offset)));
    if (!taken.includes(true)) return base;
  }
  throw new Error('No five free ports in a row');
}

function isTaken(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}
