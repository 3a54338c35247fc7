/** Programs over a real socket, with a real engine and vault behind it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceAccountChange } from '../../../core/contract/index.ts';
import type { Engine } from '../../../main/engine/host.ts';
import { type RunningServer, startServer } from '../../../main/server/server.ts';
import { type SignedInDesk, signTerms } from '../../../main/signing/personal-desk.ts';
import { addPerson, approveAs, confirmPayee, foundVault, signIn } from '../../support/desk.ts';
import { startEngine } from '../../support/program.ts';
import { bodyOf, rawRequest, statusOf } from './running.ts';

const SECRET = 'the secret in use, of more than 32 bytes';
const PREVIOUS = 'the secret before, of more than 32 bytes';
const CREDIT = 1_000_000;

let folder: string;
let engine: Engine;
let server: RunningServer;
let ada: SignedInDesk;
let ben: SignedInDesk;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

interface Asking {
  readonly token?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

const tokenFor = (subject: string, claims: Record<string, unknown> = {}, secret = SECRET) =>
  new SignJWT({
    sub: subject,
    aud: 'countersign-admin',
    exp: Math.floor(Date.now() / 1000) + 300,
    roles: ['operator', 'approver', 'signer', 'controller', 'auditor', 'admin'],
    ...claims,
  })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));

async function ask(method: string, path: string, { token, body, key, headers }: Asking = {}): Promise<Answer> {
  const response = await fetch(`${server.origin}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token ?? (await tokenFor('billing'))}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'], headers: response.headers };
}

async function govern(change: ServiceAccountChange): Promise<void> {
  const { done } = await signTerms(engine.client, ada, { kind: 'service_account', change });
  expect(done).toBe(true);
}

const register = (
  subject: string,
  roles: ('operator' | 'controller' | 'auditor')[],
  mintCapMinor: string | null = null,
) => govern({ what: 'register', subject, name: subject, roles, mintCapMinor, reason: 'For the tests' });

let payees = 0;
async function payeeToPay() {
  payees += 1;
  const { client } = engine;
  const payee = await client.payees.create(
    {
      reference: `P-${payees}`,
      name: `Payee ${payees}`,
      destination: { rail: 'simulated', address: `sim:p${payees}` },
    },
    ada,
  );
  await confirmPayee(client, ben, payee);
  return { payeeId: payee.id, destinationId: payee.destinations[0]?.id ?? '' };
}

const payoutOf = (paid: { payeeId: string; destinationId: string }, reference: string) => ({
  ...paid,
  reference,
  assetId: 'iso:USD',
  amountMinor: '5000',
});

async function auditOf(subjectOrAction: string) {
  const { items } = await engine.client.audit.list({ limit: 200 }, ada);
  return items.filter(({ action, actor }) => action === subjectOrAction || actor === subjectOrAction);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-services-'));
  engine = await startEngine({
    target: { kind: 'folder', folder },
    backgroundJobs: false,
    version: '0.0.0-test',
    serviceTokens: { secrets: [SECRET, PREVIOUS], audience: 'countersign-admin' },
  });
  server = await startServer({
    engine,
    host: '127.0.0.1',
    port: 0,
    rendererFolder: folder,
    version: '0.0.0-test',
    onFault: (error) => {
      throw error;
    },
  });
  await foundVault(engine.client);
  ada = await signIn(engine.client, 'Ada');
  await register('billing', ['operator'], String(5 * CREDIT));
  await register('reports', ['auditor']);
  await addPerson(engine.client, ada, 'Ben', ['operator', 'approver']);
  ben = await signIn(engine.client, 'Ben');
});
afterAll(async () => {
  await server.close();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

describe('a program', () => {
  it('asks for a payout, which people approve: the program is who asked, in the records and in the log', async () => {
    const asked = await ask('POST', '/api/payouts', {
      body: payoutOf(await payeeToPay(), 'INV-1'),
      key: 'inv-1',
      headers: { 'x-correlation-id': 'job-77', 'user-agent': 'billing/2.1' },
    });
    expect(asked).toMatchObject({ status: 200, body: { status: 'pending', reference: 'INV-1' } });
    expect(asked.headers.get('x-correlation-id')).toBe('job-77');
    const [entry] = await auditOf('service:billing');
    expect(entry).toMatchObject({
      action: 'payout.request',
      outcome: 'done',
      actorName: 'billing',
      role: 'operator',
      host: 'server',
      ip: '127.0.0.1',
      userAgent: 'billing/2.1',
      correlationId: 'job-77',
    });
    expect(await approveAs(engine.client, ben, String(asked.body.id))).toMatchObject({ status: 'approved' });
  });

  it('never approves, resolves, confirms, activates or changes access, whatever its token says', async () => {
    const { status: asked, body } = await ask('POST', '/api/payouts', {
      body: payoutOf(await payeeToPay(), 'INV-2'),
      key: 'INV-2',
    });
    expect(asked).toBe(200);
    const signed = { statement: '{}', signature: '00'.repeat(64) };
    const attempts: [string, string, unknown][] = [
      ['POST', `/api/payouts/${body.id}/approvals`, signed],
      ['POST', `/api/payouts/${body.id}/resolutions`, signed],
      ['POST', `/api/payouts/${body.id}/quarantine`, { reason: 'because' }],
      ['POST', '/api/freezes', { scope: 'vault', target: '', reason: 'because' }],
      ['POST', '/admin/billing/campaigns/cmp_0000000000000000000000000/activate', {}],
      ['GET', '/api/staff', undefined],
      ['GET', '/api/sessions', undefined],
      ['DELETE', '/api/session', undefined],
    ];
    for (const [method, path, sent] of attempts) {
      const { status, body: refusal } = await ask(method, path, sent === undefined ? {} : { body: sent });
      expect({ path, status, code: refusal.code }).toEqual({ path, status: 403, code: 'service.not_allowed' });
    }
  });

  it('has no way to what has no path: the window’s own calls take no token', async () => {
    const token = await tokenFor('billing');
    for (const path of ['/rpc/acts/sign', '/rpc/payees/confirm', '/rpc/session/me']) {
      const { status, body } = await ask('POST', path, { token, body: { json: {} } });
      expect({ path, status, body }).toMatchObject({ path, status: 401, body: { json: { code: 'launch.refused' } } });
    }
  });

  it('gets no role that its account does not have, and no more than its token asks for', async () => {
    const paid = await payeeToPay();
    const auditor = await tokenFor('reports');
    const refused = await ask('POST', '/api/payouts', { token: auditor, body: payoutOf(paid, 'INV-3') });
    expect(refused).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
    expect((await ask('GET', '/admin/billing/audit?limit=1', { token: auditor })).status).toBe(200);
    expect((await ask('GET', '/admin/billing/audit?limit=1')).status).toBe(403);
    const less = await tokenFor('billing', { roles: [] });
    expect((await ask('POST', '/api/payouts', { token: less, body: payoutOf(paid, 'INV-3') })).status).toBe(403);
  });

  it('minted with a stolen secret for a second subject, exceeds nothing of that subject, and is in the log', async () => {
    const stolen = await tokenFor('reports', { roles: ['operator', 'admin'] });
    const tried = await ask('POST', '/api/payees', {
      token: stolen,
      body: { reference: 'X', name: 'Mallory', destination: { rail: 'simulated', address: 'sim:m' } },
    });
    expect(tried).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
    const [entry] = await auditOf('service:reports');
    expect(entry).toMatchObject({ action: 'payee.create', outcome: 'refused', role: '', ip: '127.0.0.1' });
  });

  it('that nobody registered is refused and named in the log, also where it only asks', async () => {
    const token = await tokenFor('mallory');
    const asked = await ask('GET', '/api/payouts', { token });
    expect(asked).toMatchObject({
      status: 401,
      body: { code: 'token.refused', data: { because: 'unknown_subject', subject: 'mallory' } },
    });
    const [entry] = await auditOf('service.ask');
    expect(entry).toMatchObject({ outcome: 'refused', actor: 'anonymous', details: { data: { subject: 'mallory' } } });
  });

  it('cannot be a member of staff by taking their id for a subject', async () => {
    for (const subject of [ben.me.staffId, 'Ben', `service:billing`]) {
      const asked = await ask('GET', '/api/payouts', { token: await tokenFor(subject) });
      expect(asked.body, subject).toMatchObject({ code: 'token.refused' });
    }
  });

  it.each([
    ['of another secret', () => tokenFor('billing', {}, 'a secret that somebody else has chosen!!'), 'signature'],
    ['for another audience', () => tokenFor('billing', { aud: 'elsewhere' }), 'aud'],
    ['without an end', () => tokenFor('billing', { exp: undefined }), 'exp'],
    ['31 seconds after its end', () => tokenFor('billing', { exp: Math.floor(Date.now() / 1000) - 31 }), 'expired'],
  ])('with a token %s is refused', async (_what, make, because) => {
    const asked = await ask('GET', '/api/payouts', { token: await make() });
    expect(asked).toMatchObject({ status: 401, body: { code: 'token.refused', data: { because } } });
  });

  it('with an unsigned token is refused', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { sub: 'billing', aud: 'countersign-admin', exp: 4_000_000_000, roles: ['operator'] };
    const asked = await ask('GET', '/api/payouts', { token: `${part({ alg: 'none' })}.${part(claims)}.` });
    expect(asked).toMatchObject({ status: 401, body: { code: 'token.refused' } });
  });

  it('signed with the secret before goes on while its secret is changed', async () => {
    expect((await ask('GET', '/api/payouts', { token: await tokenFor('billing', {}, PREVIOUS) })).status).toBe(200);
  });

  it('is refused from the moment it is retired, with a token that still holds', async () => {
    await register('old-shop', ['operator']);
    const token = await tokenFor('old-shop');
    expect((await ask('GET', '/api/payouts', { token })).status).toBe(200);
    await govern({ what: 'retire', subject: 'old-shop', version: 1, reason: 'Nobody uses it' });
    expect((await ask('GET', '/api/payouts', { token })).body).toMatchObject({ code: 'token.refused' });
    const listed = await engine.client.serviceAccounts.list(undefined, ada);
    expect(listed.find(({ subject }) => subject === 'old-shop')).toMatchObject({
      status: 'retired',
      version: 2,
      lastSeenAtMs: expect.any(Number),
    });
  });

  it('drafts a campaign that a person activates, and grants within its budget and not beyond', async () => {
    const drafted = await ask('POST', '/admin/billing/campaigns', {
      body: {
        name: 'Spring',
        type: 'loyalty',
        formula: { kind: 'fixed_amount', amountMinor: String(CREDIT) },
        budgetMinor: String(3 * CREDIT),
        creditsLastDays: 30,
      },
      key: 'campaign-spring',
    });
    expect(drafted).toMatchObject({ status: 200, body: { status: 'draft' } });
    const { id } = drafted.body as { id: string };
    const [one, two] = [await payeeToPay(), await payeeToPay()];
    const grant = (key: string, paid: readonly { payeeId: string }[]) =>
      ask('POST', `/admin/billing/campaigns/${id}/grants/batch`, {
        body: { grants: paid.map(({ payeeId }) => ({ accountId: payeeId })) },
        key,
      });
    expect((await grant('too-early', [one])).body).toMatchObject({ code: 'campaign.state' });
    await engine.client.campaigns.activate({ id }, ada);
    expect(await grant('first', [one, two])).toMatchObject({ status: 200, body: { granted: 2 } });
    expect(await grant('first', [one, two])).toMatchObject({ status: 200, body: { granted: 2 } });
    const over = await grant('second', [await payeeToPay(), await payeeToPay()]);
    expect(over).toMatchObject({ status: 422, body: { code: 'campaign.over_budget' } });
    expect(await engine.client.campaigns.get({ id }, ada)).toMatchObject({ spentMinor: String(2 * CREDIT) });
  });

  it('mints up to its own cap within a day, over all accounts together', async () => {
    const members = [(await payeeToPay()).payeeId, (await payeeToPay()).payeeId];
    const mint = (turn: number, credits: number) =>
      ask('POST', `/admin/billing/accounts/${members[turn % 2]}/mint`, {
        body: { amountMinor: String(credits * CREDIT), reason: 'Sorry', idempotencyKey: `mint-${turn}` },
      });
    expect((await mint(0, 3)).status).toBe(200);
    expect((await mint(1, 2)).status).toBe(200);
    const over = await mint(2, 1);
    expect(over).toMatchObject({ status: 422, body: { code: 'service.mint_cap', data: { capMinor: '5000000' } } });
    const none = await ask('POST', `/admin/billing/accounts/${members[0]}/mint`, {
      token: await tokenFor('reports'),
      body: { amountMinor: '1', reason: 'Sorry', idempotencyKey: 'mint-9' },
    });
    expect(none.status).toBe(403);
  });
});

describe('an idempotency key', () => {
  it('gives the first answer again, and does nothing a second time', async () => {
    const body = payoutOf(await payeeToPay(), 'INV-10');
    const first = await ask('POST', '/api/payouts', { body, key: 'pay:INV-10' });
    const again = await ask('POST', '/api/payouts', { body, key: 'pay:INV-10' });
    expect(again.body).toEqual(first.body);
    const cancel = { body: { reason: 'Ordered twice' }, key: 'cancel:INV-10' };
    const cancelled = await ask('POST', `/api/payouts/${first.body.id}/cancel`, cancel);
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await ask('POST', `/api/payouts/${first.body.id}/cancel`, cancel)).toMatchObject({
      status: 200,
      body: cancelled.body,
    });
    const entries = await engine.client.audit.timeline({ subject: `payout:${first.body.id}` }, ada);
    expect(entries.items.map(({ action }) => action)).toEqual(['payout.request', 'payout.cancel']);
  });

  it('used for another body or another path is refused', async () => {
    const body = payoutOf(await payeeToPay(), 'INV-11');
    const first = await ask('POST', '/api/payouts', { body, key: 'INV-11' });
    const other = await ask('POST', '/api/payouts', { body: { ...body, amountMinor: '5001' }, key: 'INV-11' });
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.mismatch' } });
    const elsewhere = await ask('POST', `/api/payouts/${first.body.id}/cancel`, {
      body: { reason: 'because' },
      key: 'INV-11',
    });
    expect(elsewhere).toMatchObject({ status: 409, body: { code: 'idempotency.mismatch' } });
  });

  it('sent many times at once is carried out once', async () => {
    const payee = { reference: 'ONCE', name: 'Once' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask('POST', '/api/payees', { body: payee, key: 'once' })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(1);
    for (const { status, body, headers } of answers.filter((answer) => answer.status !== 200)) {
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'idempotency.in_progress' });
      expect(headers.get('retry-after')).toBe('1');
    }
    const { items } = await engine.client.payees.list({ q: 'ONCE' }, ada);
    expect(items).toHaveLength(1);
  });

  it('is free again after a refusal, for the same request made right', async () => {
    const body = payoutOf(await payeeToPay(), 'INV-12');
    const wrong = await ask('POST', '/api/payouts', { body: { ...body, assetId: 'iso:XXX' }, key: 'INV-12' });
    expect(wrong.status).toBe(422);
    expect((await ask('POST', '/api/payouts', { body, key: 'INV-12' })).status).toBe(200);
  });

  it.each(['a b', 'ключ', '', 'x'.repeat(129), "'; drop table payouts --"])('%j is none', async (key) => {
    const sent = ask('POST', '/api/payees', { body: { reference: 'K', name: 'K' }, key });
    if (key === 'ключ') return expect(sent).rejects.toThrow();
    expect(await sent).toMatchObject({ status: 400, body: { code: 'input.invalid' } });
  });

  it('belongs to whoever used it: another program may have the same', async () => {
    await register('other-shop', ['operator']);
    const token = await tokenFor('other-shop');
    const send = (reference: string, by?: string) =>
      ask('POST', '/api/payees', { body: { reference, name: reference }, key: 'mine', ...(by && { token: by }) });
    const [one, two] = [await send('MINE-1'), await send('MINE-2', token)];
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(two.body.id).not.toBe(one.body.id);
  });
});

describe('writes', () => {
  it('are thirty a minute below /admin, and the refusal says when to come again; reading goes on', async () => {
    await register('hasty', ['operator']);
    const token = await tokenFor('hasty');
    const write = () =>
      ask('POST', '/admin/billing/campaigns/cmp_0000000000000000000000000/grants/batch', { token, body: {} });
    for (let writes = 0; writes < 30; writes++) expect((await write()).status).toBe(400);
    const refused = await write();
    expect(refused).toMatchObject({ status: 429, body: { code: 'request.too_many', data: { writesMax: 30 } } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await ask('GET', '/admin/billing/campaigns', { token })).status).toBe(200);
    expect((await ask('POST', '/api/payees', { token, body: { reference: 'H', name: 'H' } })).status).toBe(200);
    expect((await ask('GET', '/admin/billing/campaigns')).status).toBe(200);
  });
});

describe('a person over HTTP', () => {
  it('approves with their own signature, through their own session, and nothing less', async () => {
    const asked = await ask('POST', '/api/payouts', { body: payoutOf(await payeeToPay(), 'INV-20'), key: 'INV-20' });
    expect(asked).toMatchObject({ status: 200 });
    const { body } = asked;
    const { statement } = await engine.client.approvals.prepare({ id: String(body.id) }, ben);
    const give = (signature: string) =>
      ask('POST', `/api/payouts/${body.id}/approvals`, {
        token: server.token,
        headers: { 'x-countersign-session': ben.context.session },
        body: { statement, signature },
      });
    expect(await give(await ada.sign(statement))).toMatchObject({ status: 422 });
    expect(await give(await ben.sign(statement))).toMatchObject({ status: 200, body: { status: 'approved' } });
  });
});

it('has little read of what it sends before its token was looked at', async () => {
  const large = ['host: HOST', 'content-type: application/json', `content-length: ${90 * 1024 * 1024}`];
  const forged = [...large, 'authorization: Bearer x.y.z'].map((line) =>
    line.replace('HOST', new URL(server.origin).host),
  );
  // Answered though nearly all of the body has yet to come.
  const answer = await rawRequest(server.port, 'POST /api/payouts/import', forged, '{"mode":');
  expect([statusOf(answer), bodyOf(answer).code]).toEqual([401, 'token.refused']);
  const read = await ask('POST', '/api/payouts/import', { body: { mode: 'x'.repeat(1_500_000) } });
  expect(read).toMatchObject({ status: 400, body: { code: 'input.invalid' } });
});

it('is let in with a token that holds, however many wrong ones came from the same address before', async () => {
  const junk = () => ask('GET', '/api/payouts', { token: 'x.y.z' });
  const before = (await auditOf('service.ask')).length;
  const answers = await Promise.all(Array.from({ length: 40 }, junk));
  expect(answers.map(({ status }) => status)).toContain(429);
  expect((await junk()).body).toMatchObject({ code: 'request.too_many' });
  expect((await ask('GET', '/api/payouts')).status).toBe(200);
  // Ten of one reason and minute are in the log; the minute may have turned once.
  expect((await auditOf('service.ask')).length - before).toBeLessThanOrEqual(20);
});

it('is not told in any record what its secret is', async () => {
  const { items } = await engine.client.audit.list({ limit: 200 }, ada);
  expect(JSON.stringify(items)).not.toContain(SECRET);
  expect(JSON.stringify(items)).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
});
