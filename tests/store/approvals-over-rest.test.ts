/** The approval queue and what is decided in it, at its REST addresses. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Queued } from '../../core/contract/index.ts';
import { addPerson, newCredentials, signInWith } from '../../main/signing/personal-desk.ts';
import { countersign } from '../main/cli/command.ts';
import { confirmPayee } from '../support/desk.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { type Served, serveDatabase } from '../support/served.ts';

const PASSPHRASE = 'correct horse battery';
let database: TestDatabase;
let served: Served;

beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'));
  expect((await countersign(['vault', 'migrate', '--database-url', database.url])).exit).toBe(0);
  served = await serveDatabase(database.url);
  const founder = { name: 'Ada', credentials: await newCredentials(PASSPHRASE) };
  await served.client.vault.create({ name: 'Acme', network: 'sandbox', founder });
});
afterAll(async () => {
  expect(await served.stop()).toBe(0);
  await database.drop();
});

test('what waits is asked for, put off, approved in one go, taken back and rejected', async () => {
  const { client } = served;
  const desk = async (name: string) => {
    const signedIn = await signInWith(client, name, PASSPHRASE);
    const ask = (method: string, path: string, body?: unknown) =>
      served.rest(signedIn.context.session, method, path, body);
    return { ...signedIn, ask };
  };
  const ada = await desk('Ada');
  const credentials = await newCredentials(PASSPHRASE);
  await addPerson(client, ada, { name: 'Ben', roles: ['operator', 'approver'], credentials });
  const ben = await desk('Ben');
  const payee = await client.payees.create(
    { reference: 'P-1', name: 'Carla', destination: { rail: 'simulated', address: 'sim:carla' } },
    { context: ada.context },
  );
  await confirmPayee(client, ben, payee);
  const ids: string[] = [];
  for (const number of [1, 2, 3]) {
    const asked = await ada.ask('POST', '/api/payouts', {
      reference: `R-${number}`,
      payeeId: payee.id,
      destinationId: payee.destinations[0]?.id,
      assetId: 'iso:USD',
      amountMinor: String(number * 1_000),
      idempotencyKey: `r-${number}`,
    });
    ids.push((asked.body as { id: string }).id);
  }

  const waiting = await ben.ask('GET', '/api/approvals?sort=amount&order=desc&limit=2&fromMinor=1000');
  const page = waiting.body as { items: Queued[]; nextCursor: string };
  expect(page.items).toMatchObject([
    { reference: 'R-3', canApprove: true, standing: 'mine', source: 'person' },
    { reference: 'R-2' },
  ]);
  const rest = await ben.ask('GET', `/api/approvals?sort=amount&order=desc&cursor=${page.nextCursor}`);
  expect(rest.body).toMatchObject({ items: [{ reference: 'R-1' }], nextCursor: null });
  expect((await ada.ask('GET', '/api/approvals')).body).toMatchObject({ items: [] });
  expect((await ben.ask('GET', '/api/approvals/counts')).body).toMatchObject({
    shows: expect.arrayContaining([{ show: 'mine', count: 3 }]),
  });

  const third = ids[2] ?? '';
  const put = await ben.ask('POST', `/api/payouts/${third}/request-changes`, { text: 'Which invoice?' });
  expect(put).toMatchObject({ status: 200, body: { canApprove: false } });
  const prepared = await ben.ask('POST', '/api/approvals/statements', { ids });
  const { statements, cannot, summary } = prepared.body as Awaited<ReturnType<typeof client.approvals.prepareMany>>;
  expect(cannot).toMatchObject([{ id: third, code: 'approval.changes_first' }]);
  expect(summary.totals).toMatchObject([{ assetCode: 'USD', count: 2, amountMinor: '3000' }]);
  const approvals = await Promise.all(
    statements.map(async ({ id, statement }) => ({ id, statement, signature: await ben.sign(statement) })),
  );
  expect((await ben.ask('POST', '/api/approvals', { approvals })).body).toMatchObject({
    approved: 2,
    given: 0,
    refused: 0,
  });
  expect((await ben.ask('POST', '/api/approvals', { approvals })).body).toMatchObject({ approved: 0, given: 2 });

  expect(await ben.ask('POST', `/api/payouts/${third}/approvals/withdraw`, { reason: 'none given' })).toMatchObject({
    status: 409,
    body: { code: 'approval.not_given' },
  });
  expect((await ben.ask('POST', `/api/payouts/${third}/lift-changes`)).body).toMatchObject({ canApprove: true });
  expect(await ben.ask('POST', `/api/payouts/${third}/reject`, { reason: 'no invoice' })).toMatchObject({
    status: 200,
    body: { status: 'cancelled' },
  });

  const view = { name: 'Large', filter: { fromMinor: '100000' }, order: { sort: 'amount', order: 'desc' } };
  const saved = await ben.ask('POST', '/api/saved-views', view);
  expect(saved).toMatchObject({ status: 200, body: view });
  const { id } = saved.body as { id: string };
  expect((await ben.ask('PATCH', `/api/saved-views/${id}`, { name: 'Larger' })).body).toMatchObject({ name: 'Larger' });
  expect((await ada.ask('GET', '/api/saved-views')).body).toEqual([]);
  expect(await ada.ask('DELETE', `/api/saved-views/${id}`)).toMatchObject({ status: 404 });
  expect(await ben.ask('DELETE', `/api/saved-views/${id}`)).toMatchObject({ status: 200 });
});
