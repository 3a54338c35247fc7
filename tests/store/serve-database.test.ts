/** The server host and the command line over a shared database, as real processes. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newCredentials, signInWith } from '../../main/signing/personal-desk.ts';
import { migrations } from '../../migrations/index.ts';
import { countersign, errorLine } from '../main/cli/command.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { serveDatabase } from '../support/served.ts';

const PASSPHRASE = 'correct horse battery';
let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'));
});
afterAll(() => database.drop());

const serve = () => serveDatabase(database.url);

test('two servers share one treasury, and the command line proves it', async () => {
  const migrated = await countersign(['vault', 'migrate', '--database-url', database.url, '--json']);
  expect(migrated.stderr).toBe('');
  expect(JSON.parse(migrated.stdout)).toMatchObject({ migrated: migrations.map(({ number }) => Number(number)) });

  const first = await serve();
  expect((await fetch(`${first.origin}/readyz`)).status).toBe(503);
  const credentials = await newCredentials(PASSPHRASE);
  const created = await first.client.vault.create({
    name: 'Acme',
    network: 'sandbox',
    founder: { name: 'Ada', credentials },
  });
  expect(created.recoveryCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);

  const second = await serve();
  expect((await fetch(`${second.origin}/readyz`)).status).toBe(200);
  const ada = await signInWith(second.client, 'Ada', PASSPHRASE);
  expect(ada.me.staffId).toBe(created.staffId);
  const destination = { rail: 'simulated', address: 'sim:ada' } as const;
  const payee = await second.client.payees.create(
    { reference: 'P-1', name: 'Payee', destination },
    { context: ada.context },
  );
  const adaThere = await signInWith(first.client, 'Ada', PASSPHRASE);
  expect(await first.client.payees.get({ id: payee.id }, { context: adaThere.context })).toMatchObject({
    name: 'Payee',
  });

  const chain = await countersign(['audit', 'verify', '--database-url', database.url, '--json']);
  expect({ exit: chain.exit, stderr: chain.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(JSON.parse(chain.stdout)).toMatchObject({ valid: true, problem: null });
  expect(await Promise.all([first.stop(), second.stop()])).toEqual([0, 0]);
});

test('payees and statements are kept over REST', async () => {
  const served = await serve();
  const { context } = await signInWith(served.client, 'Ada', PASSPHRASE);
  const ask = (method: string, path: string, body?: unknown) => served.rest(context.session ?? '', method, path, body);

  const made = await ask('POST', '/api/payees', { reference: 'P-2', name: 'Carla', tags: ['creator'] });
  expect(made).toMatchObject({ status: 200, body: { reference: 'P-2', destinations: [], version: 1 } });
  const { id } = made.body as { id: string };
  expect(await ask('PATCH', `/api/payees/${id}`, { version: 1, email: 'carla@example.com' })).toMatchObject({
    status: 200,
    body: { email: 'carla@example.com', version: 2 },
  });
  expect(await ask('PATCH', `/api/payees/${id}`, { version: 1, email: null })).toMatchObject({
    status: 409,
    body: { code: 'payee.stale' },
  });
  const destination = { rail: 'simulated', address: 'sim:carla' };
  expect(await ask('POST', `/api/payees/${id}/destinations`, { destination })).toMatchObject({
    status: 200,
    body: { destinations: [{ status: 'proposed', address: 'sim:carla' }] },
  });
  expect(await ask('GET', '/api/payees?tag=creator&rail=simulated&limit=1')).toMatchObject({
    status: 200,
    body: { items: [{ id }], nextCursor: null },
  });

  const statement = {
    reference: 'ROY-1',
    payeeId: id,
    periodFrom: '2026-09-01',
    periodTo: '2026-09-30',
    assetId: 'iso:USD',
    lines: [{ description: 'Streams', amountMinor: '900' }],
  };
  const entered = await ask('POST', '/api/statements', statement);
  expect(entered).toMatchObject({ status: 200, body: { totalMinor: '900', lines: [{ quantity: null }] } });
  expect(await ask('POST', '/api/statements', statement)).toMatchObject({
    status: 409,
    body: { code: 'statement.reference_taken' },
  });
  const inNumbers = { ...statement, reference: 'ROY-2', lines: [{ description: 'Streams', amountMinor: 900 }] };
  expect(await ask('POST', '/api/statements', inNumbers)).toMatchObject({
    status: 400,
    body: { code: 'input.invalid' },
  });
  expect(await ask('GET', '/api/statements?open=true')).toMatchObject({ body: { items: [{ remainingMinor: '900' }] } });
  expect(await ask('GET', `/api/statements/${(entered.body as { id: string }).id}`)).toMatchObject({ status: 200 });
  expect(await ask('GET', `/api/payees/${id}`)).toMatchObject({ body: { owed: [{ amountMinor: '900' }] } });
  expect(await served.stop()).toBe(0);
});

test('a database that is not there is one clear line, without its password', async () => {
  const url = new URL(database.url);
  url.port = '1';
  for (const command of [
    ['audit', 'verify'],
    ['vault', 'migrate'],
    ['serve', '--port', '0'],
  ]) {
    const ended = await countersign([...command, '--database-url', url.href]);
    expect(ended.exit).toBe(1);
    const line = errorLine(ended);
    expect(line).toContain('127.0.0.1:1');
    expect(line).not.toContain(url.password);
  }
});
