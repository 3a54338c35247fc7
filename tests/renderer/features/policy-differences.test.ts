import { describe, expect, test } from 'vitest';
import type { PolicyRule, PolicyTerms } from '../../../core/contract/policy-terms.ts';
import { differencesOf } from '../../../renderer/features/policies/differences.ts';

const rule = (id: string, approvals = 1): PolicyRule => ({
  id,
  name: id,
  when: {},
  ask: { steps: [{ approvals, roles: ['approver'] }] },
});
const policy = (...rules: PolicyRule[]): PolicyTerms => ({ rules, limits: [], separateSigner: false });
const said = (before: PolicyTerms, after: PolicyTerms) =>
  differencesOf(before, after).map((difference) =>
    'rule' in difference ? `${difference.what} ${difference.rule.id}` : difference.what,
  );

describe('the differences of two policies', () => {
  test('are none for the same policy, whatever order its fields were written in', () => {
    const before = policy(rule('a'), rule('b'));
    const reordered = policy(
      { ask: { steps: [{ roles: ['approver'], approvals: 1 }] }, when: {}, name: 'a', id: 'a' },
      rule('b'),
    );
    expect(said(before, reordered)).toEqual([]);
  });

  test('name what was added, removed and changed, and nobody pushed by it as moved', () => {
    expect(said(policy(rule('a'), rule('b')), policy(rule('new'), rule('a'), rule('b')))).toEqual(['added new']);
    expect(said(policy(rule('a'), rule('b')), policy(rule('b')))).toEqual(['removed a']);
    expect(said(policy(rule('a')), policy(rule('a', 2)))).toEqual(['changed a']);
  });

  test('name a rule that changed its place: order decides', () => {
    expect(said(policy(rule('a'), rule('b')), policy(rule('b'), rule('a')))).toEqual(['moved b', 'moved a']);
  });

  test('name limits and who signs', () => {
    const before = policy(rule('a'));
    const limit = { per: 'vault', assetId: 'iso:USD', perDayMinor: '100' } as PolicyTerms['limits'][number];
    expect(said(before, { ...before, limits: [limit], separateSigner: true })).toEqual(['limits', 'signer']);
  });

  test('name a contract whose calls may be signed blindly from now on', () => {
    const before = policy(rule('a'));
    expect(said(before, { ...before, blindSigning: [`C${'A'.repeat(55)}`] })).toEqual(['signer']);
  });
});
