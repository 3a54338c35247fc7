import { type ChildProcessWithoutNullStreams, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CallContext, EngineClient } from '../../../main/engine/host.ts';
import { signInWith } from '../../../main/signing/personal-desk.ts';
import { readExposition } from '../../support/exposition.ts';
import { countersign, errorLine, start } from './command.ts';

const PASSPHRASE = 'correct horse battery';
// Long enough that they do not turn up in ciphertext by chance.
const TREASURY = 'Acme Treasury Limited';
const FOUNDER = 'Ada the Founder';
let folder: string;
let at: (name: string) => string;
let created: Record<string, unknown>;
const running: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-serve-'));
  at = (name) => path.join(folder, name);
  const names = ['--name', TREASURY, '--founder', FOUNDER];
  const made = await countersign(
    ['vault', 'create', at('a.vault'), ...names, '--machine-key', at('machine.key'), '--passphrase-stdin', '--json'],
    `${PASSPHRASE}\n`,
  );
  if (made.exit !== 0) throw new Error(made.stderr);
  created = JSON.parse(made.stdout);
});
afterEach(async () => {
  for (const child of running.splice(0)) await stop(child);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ready {
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
}

async function serve(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = start(['serve', ...args, '--json'], env);
  running.push(child);
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => ['{}'])])) as [string];
  const ready = JSON.parse(line) as Ready;
  const token = new URL(ready.url).hash.replace('#token=', '');
  const call = (to: string) => fetch(`${ready.origin}${to}`, { headers: { authorization: `Bearer ${token}` } });
  return { child, ready, token, call };
}

async function stop(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill(signal);
  const [exit] = (await once(child, 'exit')) as [number | null];
  return exit;
}

describe('vault create', () => {
  test('gives what is needed afterwards, and the secrets to nobody else', () => {
    expect(created).toEqual({
      file: at('a.vault'),
      network: 'sandbox',
      vaultId: expect.stringMatching(/^vlt_/),
      staffId: expect.stringMatching(/^stf_/),
      recoveryCode: expect.stringMatching(/^(?:[0-9A-Z]{4}-){8}[0-9A-Z]{4}$/),
      foundingFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      machineKey: at('machine.key'),
    });
    expect(statSync(at('machine.key')).mode & 0o077).toBe(0);
    expect(statSync(at('a.vault')).mode & 0o077).toBe(0);
    for (const file of ['a.vault', 'a.vault.keys']) {
      const bytes = readFileSync(at(file)).toString('latin1');
      for (const secret of [TREASURY, FOUNDER, PASSPHRASE, String(created.recoveryCode)])
        expect(bytes).not.toContain(secret);
    }
  });

  test('never goes over a vault', async () => {
    const again = await countersign(
      ['vault', 'create', at('a.vault'), '--name', 'B', '--founder', 'B', '--passphrase-stdin'],
      `${PASSPHRASE}\n`,
    );
    expect(again.exit).toBe(1);
    expect(errorLine(again)).toContain('[vault.exists]');
  });

  test.each([
    [['--founder', 'Ada'], PASSPHRASE, 2, '--name is missing. See --help.'],
    [
      ['--name', 'A', '--founder', 'Ada', '--network', 'test'],
      PASSPHRASE,
      2,
      '--network is sandbox or live. See --help.',
    ],
    [['--name', 'A', '--founder', 'Ada'], 'short', 1, 'A passphrase needs at least 12 characters.'],
  ])('%j with %j is refused before anything is made', async (args, passphrase, exit, line) => {
    const ended = await countersign(
      ['vault', 'create', at('b.vault'), ...args, '--passphrase-stdin'],
      `${passphrase}\n`,
    );
    expect(ended.exit).toBe(exit);
    expect(errorLine(ended)).toBe(line);
    expect(() => statSync(at('b.vault'))).toThrow('ENOENT');
  });
});

describe('serve', () => {
  test('says in one line where it is, opens the vault with the machine key, and stops cleanly', async () => {
    const { child, ready, call } = await serve([
      '--vault',
      at('a.vault'),
      '--machine-key',
      at('machine.key'),
      '--port',
      '0',
    ]);
    expect(ready).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/),
      origin: `http://127.0.0.1:${ready.port}`,
      port: ready.port,
      pid: child.pid,
    });
    const readiness = await fetch(`${ready.origin}/readyz`);
    expect(readiness.status).toBe(200);
    expect(await readiness.json()).toMatchObject({ ready: true, store: 'open', jobs: 'running' });
    const families = readExposition(await (await fetch(`${ready.origin}/metrics`)).text());
    expect(families.get('countersign_vault_open')?.series).toMatchObject([{ value: 1 }]);
    expect(families.get('countersign_job_failures')?.series.map(({ labels }) => labels.job)).toContain('watch');
    expect(families.has('countersign_treasury_minor_units')).toBe(false);
    expect(await (await call('/api/vault')).json()).toMatchObject({ state: 'open', name: TREASURY });
    expect(await (await call('/api/payouts')).json()).toMatchObject({ code: 'session.required' });
    expect(await stop(child)).toBe(0);
    await expect(fetch(ready.origin)).rejects.toThrow();
  });

  test('without a machine key the vault waits for a person, who opens it by signing in', async () => {
    const { child, ready, token, call } = await serve(['--vault', at('a.vault'), '--port', '0']);
    expect((await fetch(`${ready.origin}/readyz`)).status).toBe(503);
    const client: EngineClient = createORPCClient(
      new RPCLink<CallContext>({
        url: `${ready.origin}/rpc`,
        headers: ({ context }) => ({
          authorization: `Bearer ${token}`,
          ...(context.session !== undefined && { 'x-countersign-session': context.session }),
        }),
      }),
    );
    await expect(signInWith(client, FOUNDER, 'another passphrase')).rejects.toMatchObject({
      defined: true,
      status: 401,
    });
    const ada = await signInWith(client, FOUNDER, PASSPHRASE);
    expect(ada.me).toMatchObject({ staffId: created.staffId, name: FOUNDER });
    expect(await client.staff.list(undefined, { context: ada.context })).toHaveLength(1);
    expect((await fetch(`${ready.origin}/readyz`)).status).toBe(200);
    const audit = await client.audit.verify(undefined, { context: ada.context });
    expect(audit).toMatchObject({ valid: true });

    // What came in over HTTP is known by its connection, whatever its headers said.
    await fetch(`${ready.origin}/api/payees`, {
      method: 'POST',
      body: '{"nonsense":true}',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'x-countersign-session': ada.context.session,
        'x-countersign-ip': '203.0.113.9',
        'x-correlation-id': 'look-here',
      },
    });
    const { items } = await client.audit.list({ limit: 1 }, { context: ada.context });
    expect(items).toMatchObject([{ action: 'payee.create', outcome: 'refused', actorName: FOUNDER }]);
    expect((await call('/api/session')).status).toBe(401);
    expect(await stop(child, 'SIGINT')).toBe(0);
  });

  test('a second one on the same vault says that it is in use, and the first goes on', async () => {
    const args = ['--vault', at('a.vault'), '--machine-key', at('machine.key'), '--port', '0'];
    const { ready } = await serve(args);
    const second = await countersign(['serve', ...args]);
    expect(second.exit).toBe(1);
    expect(errorLine(second)).toBe('Another program has this vault open. [vault.in_use]');
    expect((await fetch(`${ready.origin}/readyz`)).status).toBe(200);
  });

  test('killed outright, it leaves a vault that opens and verifies', async () => {
    const { child, ready } = await serve(['--vault', at('a.vault'), '--machine-key', at('machine.key'), '--port', '0']);
    expect((await fetch(`${ready.origin}/readyz`)).status).toBe(200);
    await stop(child, 'SIGKILL');
    const verified = await countersign([
      'vault',
      'verify',
      at('a.vault'),
      '--machine-key',
      at('machine.key'),
      '--json',
    ]);
    expect(verified.stderr).toBe('');
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, audit: { valid: true } });
  });

  test('serves a folder in which there is no vault yet', async () => {
    const { call } = await serve(['--folder', at('vaults'), '--port', '0']);
    expect(await (await call('/api/vault')).json()).toMatchObject({ state: 'none', known: [] });
  });

  test('will not say the treasury aloud on the network', async () => {
    const ended = await countersign(['serve', '--vault', at('a.vault'), '--host', '0.0.0.0', '--port', '0']);
    expect(ended.exit).toBe(1);
    expect(errorLine(ended)).toContain('Refusing to listen on 0.0.0.0 without TLS');
  });

  test('a wrong machine key and missing certificate files are one line each', async () => {
    const key = await countersign(['serve', '--vault', at('a.vault'), '--machine-key', at('none.key'), '--port', '0']);
    expect(errorLine(key)).toContain('The machine key file is not there.');
    const tls = await countersign([
      'serve',
      '--vault',
      at('a.vault'),
      '--tls-cert',
      at('c'),
      '--tls-key',
      at('k'),
      '--port',
      '0',
    ]);
    expect(errorLine(tls)).toBe(`No such file or folder ${at('c')}`);
  });

  test('--open gives the browser the address without showing the token to other users', async () => {
    mkdirSync(at('bin'));
    writeFileSync(
      at('bin/xdg-open'),
      `#!/bin/sh\nprintf %s "$*" > "${at('opened')}.part" && mv "${at('opened')}.part" "${at('opened')}"\n`,
    );
    chmodSync(at('bin/xdg-open'), 0o755);
    const { child, ready, token } = await serve(['--folder', at('vaults'), '--port', '0', '--open'], {
      PATH: `${at('bin')}${path.delimiter}${process.env.PATH}`,
    });
    await expect.poll(() => readIfThere(at('opened'))).not.toBeNull();
    const opened = readIfThere(at('opened')) ?? '';
    expect(opened).toMatch(/^file:\/\/\S+\.html$/);
    expect(opened).not.toContain(token);
    const page = fileURLToPath(opened);
    expect(readFileSync(page, 'utf8')).toContain(ready.url);
    expect(statSync(page).mode & 0o077).toBe(0);
    const listed = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(listed).not.toContain(token);
    await stop(child);
    expect(readIfThere(page)).toBeNull();
  });
});

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
