/** Campaigns, credits and discounts as a script asks for them, over a real server and database. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Role } from '../../core/contract/index.ts';
import { addPerson, newCredentials, signInWith } from '../../main/signing/personal-desk.ts';
import { countersign } from '../main/cli/command.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { type Served, serveDatabase } from '../support/served.ts';

const PASSPHRASE = 'correct horse battery';
const CREDIT = 1_000_000n;
let database: TestDatabase;
let served: Served;
const sessions = new Map<string, string>();

beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'));
  await countersign(['vault', 'migrate', '--database-url', database.url]);
  served = await serveDatabase(database.url);
  const credentials = () => newCredentials(PASSPHRASE);
  await served.client.vault.create({
    name: 'Acme',
    network: 'sandbox',
    founder: { name: 'Ada', credentials: await credentials() },
  });
  const ada = await signInWith(served.client, 'Ada', PASSPHRASE);
  sessions.set('Ada', ada.context.session);
  const people: readonly (readonly [string, Role[]])[] = [
    ['Olu', ['operator']],
    ['Aud', ['auditor']],
  ];
  for (const [name, roles] of people) {
    await addPerson(served.client, ada, { name, roles, credentials: await credentials() });
    sessions.set(name, (await signInWith(served.client, name, PASSPHRASE)).context.session ?? '');
  }
});
afterAll(async () => {
  expect(await served.stop()).toBe(0);
  await database.drop();
});

const ask = (who: string, method: string, path: string, body?: unknown) =>
  served.rest(sessions.get(who) ?? '', method, path, body);

let members = 0;
async function member(tags: string[] = []): Promise<string> {
  members += 1;
  const reference = `M-${members}`;
  const { body } = await ask('Olu', 'POST', '/api/payees', { reference, name: `Member ${members}`, tags });
  return (body as { id: string }).id;
}

const CAMPAIGNS = '/admin/billing/campaigns';
const draft = (rest: object = {}) => ({
  name: 'Spring airdrop',
  type: 'reverse_airdrop',
  formula: { kind: 'proportional_loss', basisPoints: 2_500 },
  budgetMinor: String(100n * CREDIT),
  accountCapMinor: String(30n * CREDIT),
  creditsLastDays: 90,
  ...rest,
});

async function active(rest: object = {}): Promise<string> {
  const { body } = await ask('Olu', 'POST', CAMPAIGNS, draft(rest));
  const { id } = body as { id: string };
  await ask('Olu', 'POST', `${CAMPAIGNS}/${id}/activate`, {});
  return id;
}

describe('a campaign', () => {
  test('goes from draft to completed, and gives in between', async () => {
    const made = await ask('Olu', 'POST', CAMPAIGNS, draft());
    expect(made).toMatchObject({
      status: 200,
      body: { status: 'draft', spentMinor: '0', createdBy: 'Olu', grants: 0 },
    });
    const { id } = made.body as { id: string };
    const [a, b] = [await member(), await member()];
    const batch = {
      grants: [
        { accountId: a, basisMinor: String(100n * CREDIT) },
        { accountId: b, basisMinor: '1' },
      ],
    };
    expect(await ask('Olu', 'POST', `${CAMPAIGNS}/${id}/grants/batch`, batch)).toMatchObject({
      status: 409,
      body: { code: 'campaign.state', data: { status: 'draft' } },
    });
    expect(await ask('Olu', 'POST', `${CAMPAIGNS}/${id}/activate`, {})).toMatchObject({ body: { status: 'active' } });
    expect(await ask('Olu', 'POST', `${CAMPAIGNS}/${id}/grants/batch`, batch)).toMatchObject({
      status: 200,
      body: {
        granted: 1,
        nothing: 1,
        repeated: 0,
        totalMinor: '25000000',
        grants: [
          { accountId: a, outcome: 'granted', amountMinor: '25000000' },
          { accountId: b, outcome: 'nothing', amountMinor: '0', lotId: null },
        ],
        campaign: { spentMinor: '25000000', remainingMinor: '75000000', grants: 1 },
      },
    });
    expect(await ask('Olu', 'POST', `${CAMPAIGNS}/${id}/grants/batch`, batch)).toMatchObject({
      body: { granted: 0, repeated: 1, totalMinor: '0' },
    });
    const byReference = (reference: string) =>
      ask('Olu', 'POST', `${CAMPAIGNS}/${id}/grants/batch`, { grants: [{ reference, basisMinor: '400' }] });
    expect(await byReference('M-2')).toMatchObject({
      body: { granted: 1, grants: [{ accountId: b, amountMinor: '100' }], campaign: { grants: 2 } },
    });
    expect(await byReference('M-none')).toMatchObject({ status: 404, body: { code: 'payee.unknown' } });
    expect(await ask('Aud', 'GET', `${CAMPAIGNS}/${id}/grants`)).toMatchObject({
      body: { items: [{ accountId: b }, { accountId: a, basisMinor: '100000000', remainingMinor: '25000000' }] },
    });
    for (const [step, status] of [
      ['pause', 'paused'],
      ['activate', 'active'],
      ['complete', 'completed'],
    ]) {
      expect(await ask('Olu', 'POST', `${CAMPAIGNS}/${id}/${step}`, {})).toMatchObject({
        status: 200,
        body: { status },
      });
    }
    expect(await ask('Olu', 'POST', `${CAMPAIGNS}/${id}/activate`, {})).toMatchObject({ status: 409 });
    expect(await ask('Aud', 'GET', `${CAMPAIGNS}?status=completed&q=spring`)).toMatchObject({
      status: 200,
      body: { items: [{ id, status: 'completed' }] },
    });
    expect(await ask('Aud', 'GET', `${CAMPAIGNS}/${id}`)).toMatchObject({ status: 200, body: { id } });
  });

  test('is read by all staff and changed by operators and admins alone', async () => {
    const id = await active();
    for (const [method, path, body] of [
      ['POST', CAMPAIGNS, draft()],
      ['POST', `${CAMPAIGNS}/${id}/pause`, {}],
      ['POST', `${CAMPAIGNS}/${id}/grants/batch`, { grants: [{ accountId: await member() }] }],
      [
        'POST',
        `/admin/billing/accounts/${await member()}/mint`,
        { amountMinor: '1', reason: 'x', idempotencyKey: 'x' },
      ],
    ] as const) {
      expect(await ask('Aud', method, path, body)).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
      expect(await ask('nobody', method, path, body)).toMatchObject({ status: 401 });
    }
    expect(await ask('Ada', 'POST', `${CAMPAIGNS}/${id}/pause`, {})).toMatchObject({ status: 200 });
  });

  test('takes no bad input, and writes nothing of it', async () => {
    const id = await active();
    const a = await member();
    const path = `${CAMPAIGNS}/${id}/grants/batch`;
    const grants = (list: unknown) => ask('Olu', 'POST', path, { grants: list });
    const many = Array.from({ length: 1_001 }, (_, index) => ({
      accountId: `pye_${String(index).padStart(25, '0')}`,
      basisMinor: '1',
    }));
    const refused: readonly (readonly [string, Promise<{ status: number; body: unknown }>, number, string])[] = [
      ['a batch of 1,001', grants(many), 400, 'input.invalid'],
      ['a batch of none', grants([]), 400, 'input.invalid'],
      [
        'an account twice',
        grants([
          { accountId: a, basisMinor: '4' },
          { accountId: a, basisMinor: '4' },
        ]),
        422,
        'campaign.duplicate_account',
      ],
      ['an account nobody knows', grants(many.slice(0, 2)), 404, 'payee.unknown'],
      ['no figure', grants([{ accountId: a }]), 422, 'campaign.basis'],
      ['an account by two names', grants([{ accountId: a, reference: 'M-1', basisMinor: '4' }]), 400, 'input.invalid'],
      ['a figure below zero', grants([{ accountId: a, basisMinor: '-4' }]), 400, 'input.invalid'],
      ['a figure as a number', grants([{ accountId: a, basisMinor: 4 }]), 400, 'input.invalid'],
      ['over the cap', grants([{ accountId: a, basisMinor: String(124n * CREDIT) }]), 422, 'campaign.over_cap'],
      ['nobody lost anything', grants([{ accountId: a, basisMinor: '0' }]), 422, 'campaign.nothing_to_grant'],
      [
        'an unknown formula',
        ask('Olu', 'POST', CAMPAIGNS, draft({ formula: { kind: 'lottery' } })),
        400,
        'input.invalid',
      ],
      [
        'more than 100 %',
        ask('Olu', 'POST', CAMPAIGNS, draft({ formula: { kind: 'proportional_loss', basisPoints: 10_001 } })),
        400,
        'input.invalid',
      ],
      ['a field nobody knows', ask('Olu', 'POST', CAMPAIGNS, draft({ spentMinor: '1' })), 400, 'input.invalid'],
      ['no budget', ask('Olu', 'POST', CAMPAIGNS, draft({ budgetMinor: '0' })), 400, 'input.invalid'],
      [
        'an unknown campaign',
        ask('Olu', 'POST', `${CAMPAIGNS}/cmp_${'0'.repeat(25)}/pause`, {}),
        404,
        'campaign.unknown',
      ],
    ];
    for (const [what, answer, status, code] of refused) {
      expect(await answer, what).toMatchObject({ status, body: { code } });
    }
    expect(await ask('Olu', 'GET', `${CAMPAIGNS}/${id}`)).toMatchObject({ body: { spentMinor: '0', grants: 0 } });
    expect(await ask('Olu', 'GET', `/admin/billing/accounts/${a}`)).toMatchObject({ body: { balanceMinor: '0' } });
  });
});

test('credits are minted by hand up to a cap, once for each key', async () => {
  const a = await member();
  const mint = (amountMinor: string, idempotencyKey: string) =>
    ask('Olu', 'POST', `/admin/billing/accounts/${a}/mint`, { amountMinor, reason: 'A late delivery', idempotencyKey });
  const first = await mint('700000000', 'm-1');
  expect(first).toMatchObject({ status: 200, body: { replayed: false, balanceMinor: '700000000' } });
  expect(await mint('700000000', 'm-1')).toMatchObject({ body: { replayed: true, balanceMinor: '700000000' } });
  expect(await mint('300000001', 'm-2')).toMatchObject({ status: 422, body: { code: 'credits.mint_cap' } });
  expect(await ask('Aud', 'GET', `/admin/billing/accounts/${a}`)).toMatchObject({
    status: 200,
    body: { balanceMinor: '700000000', mintableMinor: '300000000', lots: [{ source: 'hand' }] },
  });
});

test('a quote explains itself, and the charge is what it said', async () => {
  const gold = await member(['gold']);
  const rule = {
    name: 'Gold members',
    tiers: { by: 'membership', tiers: [{ membership: 'gold', basisPoints: 1_000 }] },
    combines: 'stackable',
    campaignId: await active({ name: 'Loyalty', type: 'loyalty' }),
  };
  expect(await ask('Olu', 'POST', '/admin/billing/discounts', rule)).toMatchObject({
    status: 200,
    body: { status: 'in_force' },
  });
  const over = {
    ...rule,
    name: 'Too much',
    tiers: { by: 'membership', tiers: [{ membership: 'gold', basisPoints: 10_001 }] },
  };
  expect(await ask('Olu', 'POST', '/admin/billing/discounts', over)).toMatchObject({ status: 400 });

  const charge = { kind: 'placement_fee', amountMinor: String(10n * CREDIT) };
  const quoted = await ask('Aud', 'POST', '/admin/billing/discounts/quote', { accountId: gold, ...charge });
  expect(quoted).toMatchObject({
    status: 200,
    body: {
      discountMinor: '1000000',
      fundedMinor: '1000000',
      toPayMinor: '9000000',
      spendableMinor: '0',
      outcomes: [
        { name: 'Gold members', explanation: 'Member of gold: 10.00 % of 10.000000 CREDIT is 1.000000 CREDIT.' },
      ],
    },
  });
  const pay = (rest: object = {}) =>
    ask('Olu', 'POST', `/admin/billing/accounts/${gold}/charges`, {
      ...charge,
      reference: 'PL-1',
      expectedMinor: '9000000',
      idempotencyKey: 'c-1',
      ...rest,
    });
  expect(await pay()).toMatchObject({ status: 422, body: { code: 'ledger.limit' } });
  await ask('Olu', 'POST', `/admin/billing/accounts/${gold}/mint`, {
    amountMinor: String(20n * CREDIT),
    reason: 'x',
    idempotencyKey: 'm-9',
  });
  expect(await pay({ expectedMinor: '8999999' })).toMatchObject({ status: 409, body: { code: 'charge.stale' } });
  const paid = await pay();
  expect(paid).toMatchObject({ status: 200, body: { paidMinor: '9000000', fundedMinor: '1000000', returned: false } });
  expect(await pay()).toEqual(paid);
  expect(await ask('Aud', 'GET', `/admin/billing/accounts/${gold}`)).toMatchObject({
    body: { balanceMinor: '11000000', tags: ['gold'], charges: [{ reference: 'PL-1' }] },
  });
  const { body } = await ask('Aud', 'GET', '/admin/billing/discounts');
  const [listed] = body as { id: string }[];
  expect(
    await ask('Olu', 'POST', `/admin/billing/discounts/${listed?.id}/end`, { reason: 'Season over' }),
  ).toMatchObject({
    body: { status: 'ended' },
  });
  const trial = await ask('Aud', 'GET', '/api/ledger/trial-balance');
  for (const total of (trial.body as { totals: { sumMinor: string }[] }).totals) expect(total.sumMinor).toBe('0');
});
