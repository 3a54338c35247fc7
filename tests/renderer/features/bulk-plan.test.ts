import { describe, expect, test } from 'vitest';
import { canonical } from '../../../core/canonical/canonical.ts';
import type { ApprovalStatement } from '../../../core/contract/approval-statement.ts';
import type { Queued } from '../../../core/contract/queue.ts';
import { lotsOf, planBulk } from '../../../renderer/features/approvals/bulk-plan.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const me = { staffId: 'stf_me', publicKey: 'ab'.repeat(32) };

function payout(id: string, amountMinor: string, more: Partial<Queued> = {}): Queued {
  return {
    id,
    reference: `Reference ${id}`,
    payee: { id: `pye_${id}`, name: `Payee ${id}`, reference: `R-${id}` },
    rail: 'simulated',
    destination: { id: `dst_${id}`, address: `sim:${id}`, memo: null, extraId: null, currency: null, federation: null },
    assetId: 'iso:USD',
    assetCode: 'USD',
    scale: 2,
    amountMinor,
    dueAtMs: null,
    method: 'payment',
    reclaimAfterS: null,
    source: 'person',
    revision: 1,
    flags: [],
    ...more,
  } as unknown as Queued;
}

function statementOf(of: Queued, more: Partial<ApprovalStatement> = {}): string {
  const stated: ApprovalStatement = {
    what: 'countersign payout approval v2',
    vault: 'vlt_1',
    network: 'sandbox',
    payout: of.id,
    revision: of.revision,
    reference: of.reference,
    payee: of.payee,
    rail: of.rail,
    method: 'payment',
    destination: {
      rail: of.rail,
      id: of.destination.id,
      address: of.destination.address,
      memo: null,
      extraId: null,
      currency: null,
    },
    asset: { id: of.assetId, code: of.assetCode, scale: of.scale, network: null, issuer: null },
    amountMinor: of.amountMinor,
    dueAtMs: null,
    askedBy: [{ id: 'stf_ada', name: 'Ada' }],
    facts: {
      source: 'person',
      toPayeeMinor: of.amountMinor,
      toAddressMinor: of.amountMinor,
      payeeTags: [],
      destinationConfirmedAtMs: NOW - 1_000,
      lookAlike: false,
      firstPayment: false,
      screening: 'clear',
      screened: { payee: null, destination: null },
    },
    policy: {
      version: 1,
      hash: 'cd'.repeat(32),
      rule: 'everything',
      steps: [{ approvals: 1, roles: ['approver'], groups: [], exceptRoles: [], distinct: true }],
      validForMs: 1,
      step: 0,
    },
    approver: { id: me.staffId, publicKey: me.publicKey },
    statedAtMs: NOW - 1_000,
    expiresAtMs: NOW + 3_600_000,
    ...more,
  };
  return canonical(stated as never);
}

const around = { me, nowMs: NOW, unchecked: 'not what this desk shows' };
const prepared = (...payouts: Queued[]) => ({
  statements: payouts.map((one) => ({ id: one.id, statement: statementOf(one) })),
  cannot: [],
});

describe('approving many', () => {
  test('sums up per asset, with its payees and the largest first', () => {
    const all = [payout('a', '100'), payout('b', '900'), payout('c', '50', { assetId: 'iso:EUR', assetCode: 'EUR' })];
    const { totals, toSign } = planBulk(all, prepared(...all), around);
    expect(toSign).toHaveLength(3);
    expect(totals.map(({ assetCode, count, payees, amountMinor }) => [assetCode, count, payees, amountMinor])).toEqual([
      ['USD', 2, 2, 1_000n],
      ['EUR', 1, 1, 50n],
    ]);
    expect(totals[0]?.largest.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  test('shows the odd ones first, those with most flags before all', () => {
    const flag = (code: string) => ({ code, note: '' }) as Queued['flags'][number];
    const all = [
      payout('plain', '1'),
      payout('one', '5', { flags: [flag('outlier')] }),
      payout('two', '1', { flags: [flag('look_alike'), flag('split')] }),
    ];
    expect(planBulk(all, prepared(...all), around).odd.map(({ id }) => id)).toEqual(['two', 'one']);
  });

  test('signs nothing whose text is not what this desk shows', () => {
    const [honest, swapped] = [payout('a', '100'), payout('b', '100')];
    const texts = {
      statements: [
        { id: 'a', statement: statementOf(honest) },
        { id: 'b', statement: statementOf(swapped, { amountMinor: '100000' }) },
      ],
      cannot: [],
    };
    const { toSign, leftOut } = planBulk([honest, swapped], texts, around);
    expect(toSign.map((one) => one.payout.id)).toEqual(['a']);
    expect(leftOut).toEqual([{ id: 'b', payee: 'Payee b', why: 'not what this desk shows' }]);
  });

  test('signs nothing under another payout’s text, nor in somebody else’s name', () => {
    const [a, b] = [payout('a', '100'), payout('b', '100')];
    const crossed = { statements: [{ id: 'a', statement: statementOf(b) }], cannot: [] };
    expect(planBulk([a], crossed, around).toSign).toEqual([]);
    const other = { id: 'stf_other', publicKey: me.publicKey };
    const named = { statements: [{ id: 'a', statement: statementOf(a, { approver: other }) }], cannot: [] };
    expect(planBulk([a], named, around).toSign).toEqual([]);
  });

  test('names what the engine left out, in its words', () => {
    const refused = { statements: [], cannot: [{ id: 'a', code: 'approval.own_act', message: 'Yours.' }] };
    expect(planBulk([payout('a', '1')], refused, around).leftOut).toEqual([
      { id: 'a', payee: 'Payee a', why: 'Yours.' },
    ]);
  });

  test('is done in lots of the size that is taken at once', () => {
    expect(lotsOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(lotsOf([], 2)).toEqual([]);
  });
});
