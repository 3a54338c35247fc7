/** A policy from draft to payment over the contract: presets, check, trial, two admins, and what waits meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyTerms } from '../../../core/contract/index.ts';
import { assetId } from '../../../core/money/assets.ts';
import type { Engine } from '../../../main/engine/host.ts';
import { signTerms } from '../../../main/signing/personal-desk.ts';
import { addPerson, approveAs, confirmPayee, foundVault, signIn } from '../../support/desk.ts';
import { startEngine } from '../../support/program.ts';

const engines: Engine[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const USD = assetId('iso:USD');
const TWO_FROM_1000: PolicyTerms = {
  rules: [
    {
      id: 'large',
      name: 'Large',
      when: { amounts: [{ assetId: USD, fromMinor: '100000' }] },
      ask: { steps: [{ approvals: 2, roles: ['approver'] }] },
    },
    { id: 'any', name: 'Any payout', when: {}, ask: { steps: [{ approvals: 1, roles: ['approver'] }] } },
  ],
  limits: [{ per: 'payee', assetId: USD, perDayMinor: '150000' }],
  separateSigner: false,
};

async function treasury() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-policies-'));
  folders.push(folder);
  const engine = await startEngine(
    { target: { kind: 'folder', folder }, backgroundJobs: false, version: '0.0.0-test' },
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
  await addPerson(client, ada, 'Ben', ['approver', 'operator', 'admin']);
  const ben = await signIn(client, 'Ben');
  await client.desk.fund({ assetId: USD, amountMinor: '100000000', idempotencyKey: 'first' }, ada);
  const carla = await client.payees.create(
    { reference: 'C', name: 'Carla', destination: { rail: 'simulated', address: 'sim:carla' } },
    ada,
  );
  await confirmPayee(client, ben, carla);
  const destinationId = carla.destinations[0]?.id ?? '';
  const request = (amountMinor: string) =>
    client.payouts.request(
      {
        reference: amountMinor,
        payeeId: carla.id,
        destinationId,
        assetId: USD,
        amountMinor,
        idempotencyKey: `request-${amountMinor}`,
      },
      ada,
    );
  return { client, ada, ben, carla, destinationId, request };
}

describe('a policy', () => {
  it('is checked, tried out, signed by two admins, and then asked of what waits', async () => {
    const { client, ada, ben, carla, destinationId, request } = await treasury();
    expect(await client.policies.current(undefined, ada)).toMatchObject({
      version: 1,
      inForce: true,
      createdBy: 'Ada',
      findings: [],
      inWords: { rules: [{ text: 'Any payout needs one approver; nobody approves their own act.' }] },
    });
    const presets = await client.policies.presets(undefined, ada);
    expect(presets.map(({ preset }) => preset)).toEqual(['two-person', 'separated', 'strict']);

    const large = await request('120000');
    expect(await approveAs(client, ben, large.id)).toMatchObject({ status: 'approved', source: 'person' });
    const checked = await client.policies.check({ terms: TWO_FROM_1000 }, ada);
    expect(checked).toMatchObject({
      touches: { pending: 0, approved: 1 },
      findings: [{ level: 'warning', code: 'nobody_to_spare', ruleId: 'large' }],
    });
    const payout = { payeeId: carla.id, destinationId, assetId: USD, amountMinor: '60000' };
    expect(await client.policies.trial({ payout, terms: TWO_FROM_1000 }, ada)).toMatchObject({
      outcome: 'asks',
      ruleId: 'large',
      decidedOnMinor: '180000',
      steps: [{ approvals: 2, eligible: [{ name: 'Ben' }] }],
      blocked: expect.any(String),
      limits: [{ leftMinor: '150000', waits: false }],
    });

    const terms = { kind: 'policy', baseVersion: 1, terms: TWO_FROM_1000, reason: 'Two look at large ones.' } as const;
    expect(await signTerms(client, ada, terms)).toMatchObject({ done: false });
    expect(await client.policies.current(undefined, ada)).toMatchObject({ version: 1 });
    expect(await signTerms(client, ben, terms)).toMatchObject({ done: true });
    const { items } = await client.policies.versions({}, ada);
    expect(items.map(({ version, inForce }) => [version, inForce])).toEqual([
      [2, true],
      [1, false],
    ]);

    // It went back to waiting, and nobody is left who could be the second.
    expect(await client.payouts.get({ id: large.id }, ada)).toMatchObject({
      status: 'pending',
      approvals: { given: [], needed: 2, blocked: { code: 'nobody_eligible' } },
      held: null,
      ruleInWords: 'A payout of 1,000.00 USD or more needs two approvers; nobody approves their own act.',
    });
  });

  it('with an error in it is refused before anybody signs; one that is not a policy, at the border', async () => {
    const { client, ada } = await treasury();
    const propose = (rules: PolicyTerms['rules']) =>
      client.acts.prepare(
        { terms: { kind: 'policy', baseVersion: 1, terms: { ...TWO_FROM_1000, rules }, reason: 'x' } },
        ada,
      );
    const [large, any] = TWO_FROM_1000.rules;
    if (!large || !any) throw new Error('Two rules');
    await expect(propose([{ ...any, ask: { steps: [{ approvals: 5, roles: ['signer'] }] } }])).rejects.toMatchObject({
      code: 'policy.invalid',
    });
    await expect(propose([])).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(propose([any, any])).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(client.policies.trial({ payout: { assetId: USD, amountMinor: '0' } }, ada)).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });

  it('that is used up for a payee today leaves the payment waiting, and says until when', async () => {
    const { client, ada, ben, request } = await treasury();
    const terms = { kind: 'policy', baseVersion: 1, reason: 'Limits.' } as const;
    const limited = { ...TWO_FROM_1000, rules: TWO_FROM_1000.rules.slice(1) };
    await signTerms(client, ada, { ...terms, terms: limited });
    await signTerms(client, ben, { ...terms, terms: limited });
    const first = await request('120000');
    const second = await request('40000');
    for (const { id } of [first, second]) await approveAs(client, ben, id);
    const { summary } = await client.desk.runJob({ name: 'pay-simulated' }, ada);
    expect(summary).toContain('1 started');
    expect(summary).toContain('1 held back');
    const waiting = await client.payouts.get({ id: second.id }, ada);
    expect(waiting).toMatchObject({ status: 'approved', held: { code: 'limit', freesAtMs: expect.any(Number) } });
    expect(waiting.held?.why).toContain('To each payee at most 1,500.00 USD start within 24 hours');
  });
});
