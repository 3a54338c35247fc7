import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../main/engine/host.ts';
import { signTerms } from '../../../main/signing/personal-desk.ts';
import { addPerson, approveAs, confirmPayee, eventually, foundVault, signIn } from '../../support/desk.ts';
import { startEngine } from '../../support/program.ts';

const engines: Engine[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function treasury() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-payees-'));
  folders.push(folder);
  const engine = await startEngine(
    { target: { kind: 'folder', folder }, backgroundJobs: true, version: '0.0.0-test' },
    {
      onCrash: (error) => {
        throw error;
      },
    },
  );
  engines.push(engine);
  const { client } = engine;
  await foundVault(client);
  const ada = await signIn(client, 'Ada');
  await addPerson(client, ada, 'Ben', ['approver']);
  const ben = await signIn(client, 'Ben');
  await client.desk.fund({ assetId: 'iso:USD', amountMinor: '1000000', idempotencyKey: 'first' }, ada);
  const add = (name: string, address: string) =>
    client.payees.create({ reference: name, name, destination: { rail: 'simulated', address } }, ada);
  const request = (payee: Awaited<ReturnType<typeof add>>, more: { statementId?: string } = {}) =>
    client.payouts.request(
      {
        reference: `For ${payee.name}`,
        payeeId: payee.id,
        destinationId: payee.destinations[0]?.id ?? '',
        assetId: 'iso:USD',
        amountMinor: '50000',
        idempotencyKey: `request-${payee.reference}`,
        ...more,
      },
      ada,
    );
  return { folder, client, ada, ben, add, request };
}

describe('payees over the engine', () => {
  it('are paid once a second person has confirmed where', async () => {
    const { client, ada, ben, add, request } = await treasury();
    const payee = await add('Carla', 'sim:carla');
    expect(payee.destinations).toMatchObject([{ status: 'proposed', mayConfirm: false, proposedBy: { name: 'Ada' } }]);
    const own = confirmPayee(client, ada, payee);
    await expect(own).rejects.toMatchObject({ code: 'destination.own_proposal', status: 403 });
    const payout = await request(payee);
    await approveAs(client, ben, payout.id);
    expect(await client.payees.waiting({}, ben)).toMatchObject({ counts: { total: 1 }, items: [{ mayConfirm: true }] });
    expect(await client.payouts.get({ id: payout.id }, ada)).toMatchObject({ status: 'approved' });
    await confirmPayee(client, ben, payee);
    // The confirmation itself sets the payment going.
    await eventually(
      () => client.payouts.get({ id: payout.id }, ada),
      ({ settled }) => settled,
    );
    expect(await client.payees.get({ id: payee.id }, ada)).toMatchObject({
      destinations: [{ status: 'confirmed', confirmedBy: { name: 'Ben' } }],
      owed: [],
    });
  });

  it('have addresses in the form of their rail, and a refusal says which part is wrong', async () => {
    const { client, ada } = await treasury();
    const create = (destination: Parameters<typeof client.payees.create>[0]['destination']) =>
      client.payees.create({ reference: 'X', name: 'X', destination }, ada);
    await expect(create({ rail: 'stellar', address: 'GABC' })).rejects.toMatchObject({
      code: 'destination.invalid',
      data: { rail: 'stellar', field: 'address' },
    });
    await expect(create({ rail: 'stellar', address: 'ana*localhost.127.0.0.1' })).rejects.toMatchObject({
      code: 'federation.unresolved',
    });
    await expect(create({ rail: 'nowpayments', address: '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa' })).rejects.toMatchObject({
      data: { field: 'currency' },
    });
    const { items } = await client.audit.list({ limit: 3 }, ada);
    expect(items.map(({ action, outcome }) => [action, outcome])).toEqual(
      Array.from({ length: 3 }, () => ['payee.create', 'refused']),
    );
    const created = await create({
      rail: 'stellar',
      address: 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ',
      memo: { type: 'id', value: '7' },
    });
    expect(created.destinations).toMatchObject([{ memo: { type: 'id', value: '7' }, federation: null }]);
  });

  it('are held back by the deny-list beside the vault', async () => {
    const { folder, client, ada, ben, add, request } = await treasury();
    const vault = readdirSync(folder).find((file) => file.endsWith('.vault')) ?? '';
    const switched = await signTerms(client, ada, {
      kind: 'setting',
      setting: { name: 'screening', value: 'deny_list' },
    });
    expect(switched).toMatchObject({ done: true });
    expect(await client.payees.safeguards(undefined, ada)).toEqual({
      coolOffMs: 0,
      screening: 'deny_list',
    });
    // Switched on without a list: nobody knows, so nobody is paid.
    const carla = await add('Carla', 'sim:carla');
    expect(carla.screening).toMatchObject({ status: 'error', match: 'There is no deny-list file.' });

    writeFileSync(
      join(folder, `${vault}.deny-list.json`),
      JSON.stringify({ list: 'L', names: ['CARLA'], addresses: [] }),
    );
    expect(await client.payees.rescreen(undefined, ada)).toEqual({ screened: 2, hits: 1, errors: 0, list: 'L' });
    await confirmPayee(client, ben, carla);
    const held = await request(carla);
    await approveAs(client, ben, held.id);

    const dora = await add('Dora', 'sim:dora');
    await confirmPayee(client, ben, dora);
    const paid = await request(dora);
    await approveAs(client, ben, paid.id);
    await eventually(
      () => client.payouts.get({ id: paid.id }, ada),
      ({ settled }) => settled,
    );
    expect(await client.payouts.get({ id: held.id }, ada)).toMatchObject({ status: 'approved' });
    expect(await client.payees.get({ id: carla.id }, ada)).toMatchObject({
      screening: { status: 'hit', match: 'CARLA' },
    });
  });

  it('are closed and reopened with a reason, and changed by whoever saw them last', async () => {
    const { client, ada, add } = await treasury();
    const { id, version } = await add('Carla', 'sim:carla');
    await client.payees.update({ id, version, tags: ['creator'] }, ada);
    const late = client.payees.update({ id, version, tags: [] }, ada);
    await expect(late).rejects.toMatchObject({ code: 'payee.stale', status: 409 });
    expect(await client.payees.close({ id, reason: 'gone' }, ada)).toMatchObject({
      status: 'closed',
      closedReason: 'gone',
    });
    expect((await client.payees.list({ status: 'closed', tag: 'creator' }, ada)).items).toHaveLength(1);
    expect(await client.payees.reopen({ id, reason: 'back' }, ada)).toMatchObject({
      status: 'active',
      closedReason: null,
    });
  });
});

describe('royalty statements over the engine', () => {
  it('are entered, paid from, and deleted', async () => {
    const { client, ada, add, request } = await treasury();
    const payee = await add('Carla', 'sim:carla');
    const draft = (reference: string) => ({
      reference,
      payeeId: payee.id,
      periodFrom: '2026-09-01',
      periodTo: '2026-09-30',
      assetId: 'iso:USD',
      lines: [{ description: 'Streams', quantity: '12.5', amountMinor: '60000' }],
    });
    const statement = await client.statements.create({ ...draft('S-1'), totalMinor: '60000' }, ada);
    expect(statement).toMatchObject({ totalMinor: '60000', lines: [{ quantity: '12.5' }] });
    const imported = await client.statements.import({ statements: [draft('S-2'), draft('S-3')] }, ada);
    expect(imported).toEqual({ created: 2, totals: [{ assetId: 'iso:USD', totalMinor: '120000' }] });
    expect(await request(payee, { statementId: statement.id })).toMatchObject({
      funding: 'balance',
      statementId: statement.id,
    });
    expect(
      (await client.statements.list({ open: true }, ada)).items.map(({ remainingMinor }) => remainingMinor).sort(),
    ).toEqual(['10000', '60000', '60000']);
    expect(await client.statements.delete({ id: statement.id, reason: 'twice' }, ada)).toEqual({
      releasedPayouts: 1,
      withdrawnMinor: '10000',
    });
    expect(await client.statements.get({ id: statement.id }, ada)).toMatchObject({ status: 'deleted' });
    const badDay = client.statements.create({ ...draft('S-4'), periodTo: '2026-02-30' }, ada);
    await expect(badDay).rejects.toMatchObject({ code: 'input.invalid' });
  });
});
