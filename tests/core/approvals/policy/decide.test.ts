import { describe, expect, it } from 'vitest';
import {
  changesByItselfAtMs,
  decide,
  type PolicyFacts,
  requirementOf,
  sameRequirement,
} from '../../../../core/approvals/policy/decide.ts';
import {
  type PolicyCondition,
  type PolicyRule,
  policyRule,
  policyTerms,
} from '../../../../core/contract/policy-terms.ts';
import { factsOfPayout, HOUR_MS, NOW_MS } from './facts.ts';

const asks = (id: string, when: PolicyCondition): PolicyRule => ({
  id,
  name: id,
  when,
  ask: { steps: [{ approvals: 1, roles: ['approver'] }] },
});

const decidedBy = (rules: readonly PolicyRule[], facts: Partial<PolicyFacts> = {}) => {
  const decision = decide({ rules: [...rules] }, factsOfPayout(facts));
  return decision.outcome === 'no_match' ? null : decision.rule.id;
};

describe('rules', () => {
  it('are asked in their order, and the first that matches decides', () => {
    const rules = [
      asks('stripe', { rails: ['stripe'] }),
      asks('dollars', { assets: ['iso:USD' as never] }),
      asks('any', {}),
    ];
    expect(decidedBy(rules)).toBe('dollars');
    expect(decidedBy([...rules].reverse())).toBe('any');
    expect(decidedBy(rules, { rail: 'stripe' })).toBe('stripe');
  });

  it('refuse what none of them matches', () => {
    expect(decide({ rules: [asks('stripe', { rails: ['stripe'] })] }, factsOfPayout())).toEqual({
      outcome: 'no_match',
    });
    expect(decide({ rules: [] }, factsOfPayout())).toEqual({ outcome: 'no_match' });
  });

  it('forbid with a reason', () => {
    const deny: PolicyRule = { id: 'no', name: 'No', when: { screening: ['hit'] }, deny: { reason: 'Listed.' } };
    expect(decide({ rules: [deny, asks('any', {})] }, factsOfPayout({ screening: 'hit' }))).toMatchObject({
      outcome: 'denied',
      reason: 'Listed.',
    });
  });

  it.each<[string, PolicyCondition, Partial<PolicyFacts>, Partial<PolicyFacts>]>([
    ['a rail', { rails: ['stellar', 'stripe'] }, { rail: 'stripe' }, { rail: 'nowpayments' }],
    ['an asset', { assets: ['iso:EUR' as never] }, { assetId: 'iso:EUR' }, { assetId: 'iso:USD' }],
    ['one of the payee’s tags', { payeeTags: ['gold', 'vip'] }, { payeeTags: ['a', 'vip'] }, { payeeTags: ['golden'] }],
    ['the way of paying', { methods: ['claimable_balance'] }, { method: 'claimable_balance' }, { method: 'payment' }],
    ['the source', { sources: ['file', 'api'] }, { source: 'api' }, { source: 'schedule' }],
    ['screening', { screening: ['error', 'none'] }, { screening: 'none' }, { screening: 'clear' }],
    ['a look-alike', { lookAlike: true }, { lookAlike: true }, { lookAlike: false }],
    ['no look-alike', { lookAlike: false }, { lookAlike: false }, { lookAlike: true }],
    ['a first payment', { firstPayment: true }, { firstPayment: true }, { firstPayment: false }],
    [
      'a destination younger than',
      { destinationYoungerThanMs: 24 * HOUR_MS },
      { destinationConfirmedAtMs: NOW_MS - 24 * HOUR_MS + 1 },
      { destinationConfirmedAtMs: NOW_MS - 24 * HOUR_MS },
    ],
    [
      'a destination that nobody confirmed',
      { destinationYoungerThanMs: HOUR_MS },
      { destinationConfirmedAtMs: null },
      { destinationConfirmedAtMs: 0 },
    ],
  ])('match by %s', (_what, when, matching, other) => {
    expect(decidedBy([asks('it', when)], matching)).toBe('it');
    expect(decidedBy([asks('it', when)], other)).toBeNull();
  });

  it('want all of their conditions to hold', () => {
    const rule = asks('both', { rails: ['stripe'], sources: ['file'] });
    expect(decidedBy([rule], { rail: 'stripe', source: 'file' })).toBe('both');
    expect(decidedBy([rule], { rail: 'stripe' })).toBeNull();
    expect(decidedBy([rule], { source: 'file' })).toBeNull();
  });
});

describe('amounts', () => {
  const large = asks('large', { amounts: [{ assetId: 'iso:USD' as never, fromMinor: '10000', belowMinor: '20000' }] });

  it('are from, and below', () => {
    for (const [amountMinor, expected] of [
      [9_999n, null],
      [10_000n, 'large'],
      [19_999n, 'large'],
      [20_000n, null],
    ] as const) {
      expect(decidedBy([large], { amountMinor }), String(amountMinor)).toBe(expected);
    }
  });

  it('are of their asset: the same number in another is another amount', () => {
    expect(decidedBy([large], { assetId: 'iso:EUR' })).toBeNull();
  });

  it('are the largest of the payout and what goes to its payee or its address within a day', () => {
    expect(decidedBy([large], { amountMinor: 1n, toPayeeMinor: 10_000n })).toBe('large');
    expect(decidedBy([large], { amountMinor: 1n, toAddressMinor: 10_000n })).toBe('large');
    expect(decidedBy([large], { amountMinor: 10_000n, toPayeeMinor: 1n, toAddressMinor: 1n })).toBe('large');
    expect(decidedBy([large], { amountMinor: 1n, toPayeeMinor: 5_000n, toAddressMinor: 5_000n })).toBeNull();
  });
});

describe('what a rule asks', () => {
  it('is the same whatever order its names stand in, and with what is left out spelled out', () => {
    const short = requirementOf({ steps: [{ approvals: 1, roles: ['controller', 'approver'] }] });
    const long = requirementOf({
      steps: [{ approvals: 1, roles: ['approver', 'controller', 'approver'], distinct: true }],
      validForMs: 72 * HOUR_MS,
    });
    expect(sameRequirement(short, long)).toBe(true);
    expect(
      sameRequirement(short, requirementOf({ steps: [{ approvals: 2, roles: ['approver', 'controller'] }] })),
    ).toBe(false);
  });

  it('may be another by itself, when a destination comes of age or a sum that is asked about changes', () => {
    const rules = [asks('young', { destinationYoungerThanMs: 10 * HOUR_MS }), asks('any', {})];
    const young = factsOfPayout({ destinationConfirmedAtMs: NOW_MS - HOUR_MS });
    expect(changesByItselfAtMs({ rules }, young, NOW_MS + HOUR_MS)).toBe(NOW_MS + 9 * HOUR_MS);
    expect(changesByItselfAtMs({ rules }, factsOfPayout(), NOW_MS + HOUR_MS)).toBeNull();
    const sums = [asks('large', { amounts: [{ assetId: 'iso:USD' as never }] })];
    expect(changesByItselfAtMs({ rules: sums }, factsOfPayout(), NOW_MS + HOUR_MS)).toBe(NOW_MS + HOUR_MS);
    expect(changesByItselfAtMs({ rules: sums }, factsOfPayout(), null)).toBeNull();
  });
});

describe('the form of a policy', () => {
  const rule = asks('any', {});
  it.each<[string, unknown]>([
    ['a rule that neither asks nor denies', { ...rule, ask: undefined }],
    ['a rule that does both', { ...rule, deny: { reason: 'No.' } }],
    ['a step that asks nobody in particular', { ...rule, ask: { steps: [{ approvals: 1 }] } }],
    ['a step of no approvals', { ...rule, ask: { steps: [{ approvals: 0, roles: ['approver'] }] } }],
    ['a range without room', { ...rule, when: { amounts: [{ assetId: 'iso:USD', fromMinor: '5', belowMinor: '5' }] } }],
    ['a condition nobody knows', { ...rule, when: { weather: 'fine' } }],
    ['an id with blanks', { ...rule, id: 'any payout' }],
  ])('refuses %s', (_what, wrong) => {
    expect(policyRule.safeParse(wrong).success).toBe(false);
    expect(policyRule.safeParse(rule).success).toBe(true);
  });

  it('refuses two rules of one id, and rails in a limit that is not per rail', () => {
    const limit = { per: 'vault', assetId: 'iso:USD', perDayMinor: '100' };
    const terms = { rules: [rule], limits: [limit], separateSigner: false };
    expect(policyTerms.safeParse(terms).success).toBe(true);
    expect(policyTerms.safeParse({ ...terms, rules: [rule, rule] }).success).toBe(false);
    expect(policyTerms.safeParse({ ...terms, limits: [{ ...limit, rails: ['stripe'] }] }).success).toBe(false);
  });
});
