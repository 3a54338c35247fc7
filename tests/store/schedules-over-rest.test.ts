/** Schedules, holds and jobs over HTTP: two servers and the command line on one database. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { addPerson, newCredentials, signInWith } from '../../main/signing/personal-desk.ts';
import { countersign, errorLine } from '../main/cli/command.ts';
import { confirmPayee } from '../support/desk.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { type Served, serveDatabase } from '../support/served.ts';

const PASSPHRASE = 'correct horse battery';
const DAY_MS = 86_400_000;
let database: TestDatabase;
let first: Served;
let second: Served;

beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'));
  expect((await countersign(['vault', 'migrate', '--database-url', database.url])).exit).toBe(0);
  first = await serveDatabase(database.url);
  const founder = { name: 'Ada', credentials: await newCredentials(PASSPHRASE) };
  await first.client.vault.create({ name: 'Acme', network: 'sandbox', founder });
  second = await serveDatabase(database.url);
});
afterAll(async () => {
  expect(await Promise.all([first.stop(), second.stop()])).toEqual([0, 0]);
  await database.drop();
});

async function desk(served: Served, name = 'Ada') {
  const signedIn = await signInWith(served.client, name, PASSPHRASE);
  const session = signedIn.context.session ?? '';
  return {
    ...signedIn,
    ask: (method: string, path: string, body?: unknown) => served.rest(session, method, path, body),
  };
}

test('a payout schedule lives its life at its REST addresses', async () => {
  const ada = await desk(first);
  const { ask, context } = ada;
  const { client } = first;
  const credentials = await newCredentials(PASSPHRASE);
  await addPerson(client, ada, { name: 'Ben', roles: ['operator', 'approver'], credentials });
  const payee = await client.payees.create(
    { reference: 'P-1', name: 'Carla', destination: { rail: 'simulated', address: 'sim:carla' } },
    { context },
  );
  await confirmPayee(client, await signInWith(client, 'Ben', PASSPHRASE), payee);
  const wanted = {
    reference: 'S-1',
    payeeId: payee.id,
    destinationId: payee.destinations[0]?.id,
    assetId: 'iso:USD',
    amountMinor: '12500',
    placementId: 'PL-77',
    guaranteeCompletionDate: '2031-03-29',
    idempotencyKey: 'first',
  };
  const made = await ask('POST', '/api/payout-schedules', wanted);
  expect(made).toMatchObject({
    status: 200,
    body: {
      status: 'pending',
      onGuarantee: true,
      dueAtMs: Date.UTC(2031, 2, 29),
      writtenBy: { name: 'Ada' },
      payoutId: null,
    },
  });
  const { id } = made.body as { id: string };
  expect((await ask('POST', '/api/payout-schedules', wanted)).body).toEqual(made.body);
  expect(await ask('POST', '/api/payout-schedules', { ...wanted, amountMinor: '1' })).toMatchObject({
    status: 409,
    body: { code: 'schedule.idempotency_mismatch' },
  });
  expect(
    await ask('POST', '/api/payout-schedules', { ...wanted, amountMinor: 12500, idempotencyKey: 'n' }),
  ).toMatchObject({
    status: 400,
    body: { code: 'input.invalid' },
  });
  const past = {
    ...wanted,
    placementId: undefined,
    guaranteeCompletionDate: undefined,
    dueAtMs: 1,
    idempotencyKey: 'past',
  };
  expect(await ask('POST', '/api/payout-schedules', past)).toMatchObject({
    status: 422,
    body: { code: 'schedule.past' },
  });

  expect(await ask('PATCH', `/api/payout-schedules/${id}`, { version: 1, amountMinor: '13000' })).toMatchObject({
    body: { amountMinor: '13000', version: 2 },
  });
  const other = await desk(second, 'Ben');
  expect(await other.ask('PATCH', `/api/payout-schedules/${id}`, { version: 2, amountMinor: '1' })).toMatchObject({
    status: 403,
    body: { code: 'schedule.not_yours' },
  });
  expect(
    await ask('PATCH', '/api/placements/PL-77', { guaranteeCompletionDate: '2031-04-30', reason: 'Extended.' }),
  ).toMatchObject({
    body: { id: 'PL-77', guaranteeCompletionDate: '2031-04-30', schedules: 1, holds: 0 },
  });
  expect(await other.ask('GET', '/api/placements/PL-77/payout-schedules')).toMatchObject({
    body: { items: [{ id, dueAtMs: Date.UTC(2031, 3, 30), guaranteeCompletionDate: '2031-04-30' }] },
  });
  expect(await ask('GET', '/api/payout-schedules?status=pending&q=s-1')).toMatchObject({ body: { items: [{ id }] } });
  expect(await ask('POST', '/api/payout-schedules/process-due')).toMatchObject({
    body: { processed: 0, failed: 0, waiting: 0, more: false },
  });
  const triggered = await other.ask('POST', `/api/payout-schedules/${id}/trigger`);
  expect(triggered).toMatchObject({
    status: 200,
    body: { status: 'processed', payoutId: expect.stringMatching(/^pay_/) },
  });
  const { payoutId } = triggered.body as { payoutId: string };
  expect(await ask('GET', `/api/payouts/${payoutId}`)).toMatchObject({
    body: { amountMinor: '13000', requestedBy: 'Ada' },
  });
  expect(await ask('DELETE', `/api/payout-schedules/${id}`, { reason: 'Gone.' })).toMatchObject({
    status: 409,
    body: { code: 'schedule.stale' },
  });
  const unwanted = await ask('POST', '/api/payout-schedules', {
    ...wanted,
    reference: 'S-2',
    guaranteeCompletionDate: undefined,
    idempotencyKey: 'second',
  });
  const { id: second_ } = unwanted.body as { id: string };
  expect(await ask('POST', `/api/payout-schedules/${second_}/cancel`, { reason: 'Not owed.' })).toMatchObject({
    body: { status: 'cancelled' },
  });
  expect(await ask('DELETE', `/api/payout-schedules/${second_}`, { reason: 'Twice.' })).toMatchObject({ status: 200 });
  expect(await ask('GET', `/api/payout-schedules/${second_}`)).toMatchObject({
    status: 404,
    body: { code: 'schedule.unknown' },
  });
});

test('an escrow hold lives its life at its REST addresses', async () => {
  const { ask, context } = await desk(first);
  const { items } = await first.client.payees.list({ q: 'Carla' }, { context });
  const payeeId = items[0]?.id ?? '';
  await ask('POST', '/api/statements', {
    reference: 'ROY-1',
    payeeId,
    periodFrom: '2026-09-01',
    periodTo: '2026-09-30',
    assetId: 'iso:USD',
    lines: [{ description: 'Streams', amountMinor: '900' }],
  });
  const wanted = { reference: 'H-1', placementId: 'PL-88', payeeId, assetId: 'iso:USD', amountMinor: '400' };
  const hold = (idempotencyKey: string, more: object = {}) =>
    ask('POST', '/api/escrow-holds', { ...wanted, idempotencyKey, ...more });
  expect(await hold('none', { amountMinor: '0' })).toMatchObject({ status: 400, body: { code: 'input.invalid' } });
  expect(await hold('much', { amountMinor: '50000' })).toMatchObject({ status: 422, body: { code: 'ledger.limit' } });
  const one = await hold('one', { releaseAtMs: Date.now() + DAY_MS });
  const two = await hold('two');
  expect([one, two]).toMatchObject([
    { status: 200, body: { status: 'active' } },
    { status: 200, body: { status: 'active', releaseAtMs: null } },
  ]);
  const [firstId, secondId] = [one, two].map(({ body }) => (body as { id: string }).id);
  expect(await ask('GET', '/api/placements/PL-88/escrow-holds/total')).toMatchObject({
    body: [{ assetId: 'iso:USD', amountMinor: '800', holds: 2 }],
  });
  expect(await ask('POST', `/api/escrow-holds/${firstId}/release`, { reason: 'Settled.' })).toMatchObject({
    body: { status: 'released', closedBy: 'Ada' },
  });
  expect(await ask('POST', `/api/escrow-holds/${firstId}/cancel`, { reason: 'Late.' })).toMatchObject({
    status: 409,
    body: { code: 'escrow.stale' },
  });
  expect(await ask('DELETE', `/api/escrow-holds/${secondId}`, { reason: 'No.' })).toMatchObject({
    status: 409,
    body: { code: 'escrow.active' },
  });
  expect(
    await ask('PATCH', `/api/escrow-holds/${secondId}`, { version: 1, releaseAtMs: Date.now() + DAY_MS }),
  ).toMatchObject({ status: 200 });
  expect(await ask('GET', '/api/placements/PL-88/escrow-holds/active')).toMatchObject({
    body: { items: [{ id: secondId }] },
  });
  expect(await ask('POST', `/api/escrow-holds/${secondId}/cancel`, { reason: 'Never owed.' })).toMatchObject({
    body: { status: 'cancelled' },
  });
  expect(await ask('DELETE', `/api/escrow-holds/${secondId}`, { reason: 'Done.' })).toMatchObject({ status: 200 });
  expect(await ask('GET', '/api/placements/PL-88/escrow-holds')).toMatchObject({ body: { items: [{ id: firstId }] } });
  expect(await ask('GET', '/api/escrow-holds?status=released')).toMatchObject({ body: { items: [{ id: firstId }] } });
  expect(await ask('POST', '/api/escrow-holds/process-due')).toMatchObject({ body: { released: 0, more: false } });
});

test('a window of one server sees what another server committed', async () => {
  const there = await desk(second);
  const { context } = await desk(first);
  const changes = await second.client.desk.changes(undefined, { context: there.context });
  const funding = { assetId: 'iso:USD', amountMinor: '5', idempotencyKey: 'news' };
  // Jobs have news of their own: what it is about may not be the first that comes.
  const heard = async () => {
    for await (const { name } of changes) if (name === 'treasury.funded') return name;
    return null;
  };
  const [name] = await Promise.all([heard(), first.client.desk.fund(funding, { context })]);
  expect(name).toBe('treasury.funded');
});

test('what needs attention, and how payments fare, are asked for over REST', async () => {
  const { ask, context } = await desk(first);
  const floors = [{ assetId: 'iso:EUR', floorMinor: '100' }];
  await first.client.alerts.setThresholds({ thresholds: [], floors, reason: 'Month end.' }, { context });
  type Open = readonly { readonly id: string; readonly subject: string }[];
  const low = async () =>
    ((await ask('GET', '/api/alerts')).body as Open).find(({ subject }) => subject === 'asset:iso:EUR');
  await expect.poll(low, { timeout: 20_000 }).toMatchObject({ facts: { rule: 'treasury_low', floorMinor: '100' } });
  const id = (await low())?.id ?? '';
  expect(await ask('GET', `/api/alerts/${id}`)).toMatchObject({ status: 200, body: { id, waits: true } });
  expect(await ask('GET', '/api/alerts/history?limit=5')).toMatchObject({ status: 200, body: { nextCursor: null } });
  const unknown = `/api/alerts/alr_${'0'.repeat(25)}`;
  expect(await ask('GET', unknown)).toMatchObject({ status: 404, body: { code: 'alert.unknown' } });
  expect(await ask('GET', '/api/rates')).toMatchObject({ status: 200, body: expect.any(Array) });
});

test('jobs are looked at, paused and run, by people and from a scheduler outside', async () => {
  const { ask } = await desk(first);
  const listed = (await ask('GET', '/api/jobs')).body as { name: string; timetable: string }[];
  expect(listed.map(({ name, timetable }) => `${name} ${timetable}`)).toEqual([
    'pay-simulated every 5 s',
    'sync-simulated every 5 s',
    'pay-stripe every 5 s',
    'sync-stripe every 5 s',
    'pay-nowpayments every 5 s',
    'sync-nowpayments every 5 s',
    'process-chain every 5 s',
    'follow-claims every 300 s',
    'sync-stellar every 60 s',
    'process-schedules 0 2 * * *',
    'process-escrow 0 3 * * *',
    'retry-failed 15 * * * *',
    'expire-approvals 5 * * * *',
    'expire-lots 10 * * * *',
    'deliver-outbox */10 * * * *',
    'checkpoint 0 * * * *',
    'watch-trust */15 * * * *',
    'watch every 60 s',
    'notify every 30 s',
    'send-mail every 300 s',
    'send-webhooks every 300 s',
  ]);
  expect(await ask('POST', '/api/jobs/process-escrow/pause', { reason: 'Month end.' })).toMatchObject({ status: 200 });
  const paused = (await ask('GET', '/api/jobs')).body as { name: string; state: string; pausedBy: string }[];
  expect(paused.find(({ name }) => name === 'process-escrow')).toMatchObject({ state: 'paused', pausedBy: 'Ada' });
  expect(await ask('POST', '/api/jobs/process-escrow/resume', {})).toMatchObject({ status: 200 });
  expect(await ask('POST', '/api/jobs/no-job/pause', { reason: 'x' })).toMatchObject({
    status: 404,
    body: { code: 'job.unknown' },
  });

  const run = await countersign(['job', 'run', 'process-schedules', '--database-url', database.url, '--json']);
  expect({ exit: run.exit, stderr: run.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toEqual({
    name: 'process-schedules',
    outcome: 'ok',
    summary: '0 processed, 0 failed, 0 to be tried again',
  });
  const list = await countersign(['job', 'list', '--database-url', database.url]);
  expect(list.stdout).toMatch(/^process-schedules +0 2 \* \* \* +ok +ok at 20.*0 processed/m);
  expect(await ask('GET', '/api/jobs/process-schedules/history')).toMatchObject({
    body: { items: [{ run: 1, cause: 'hand', outcome: 'ok', items: 0 }] },
  });
  const wrong = await countersign(['job', 'run', 'no-job', '--database-url', database.url]);
  expect(wrong.exit).toBe(2);
  expect(errorLine(wrong)).toContain('There is no job "no-job"; there are: pay-simulated,');
});
