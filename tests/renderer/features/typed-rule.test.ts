import { describe, expect, test } from 'vitest';
import { type PolicyRule, policyRule } from '../../../core/contract/policy-terms.ts';
import { idFor, NEW_RULE, readRule, typedOf } from '../../../renderer/features/policies/typed-rule.ts';

const ASSETS = [
  { id: 'iso:USD', code: 'USD', scale: 2 },
  { id: 'stellar:testnet:native', code: 'XLM', scale: 7 },
];

/** Everything a rule can say at once. */
const full = policyRule.parse({
  id: 'large',
  name: 'Large and new',
  when: {
    rails: ['stellar'],
    assets: ['iso:USD'],
    amounts: [
      { assetId: 'iso:USD', fromMinor: '100000', belowMinor: '250000001' },
      { assetId: 'stellar:testnet:native', fromMinor: '10000001' },
    ],
    payeeTags: ['vip', 'EU payee'],
    destinationYoungerThanMs: 7_200_000,
    sources: ['file', 'api'],
    methods: ['create_account'],
    screening: ['hit'],
    lookAlike: false,
    firstPayment: true,
  },
  ask: {
    steps: [
      { approvals: 2, roles: ['approver'], exceptRoles: ['admin'] },
      { approvals: 1, groups: ['Finance'], distinct: false },
    ],
    validForMs: 86_400_000,
    testPayment: [{ assetId: 'iso:USD', upToMinor: '500' }],
  },
}) as PolicyRule;

describe('a rule in its form', () => {
  test('is the same rule when nothing was typed', () => {
    expect(readRule(typedOf(full, ASSETS), ASSETS, ['large'])).toEqual({ ok: true, rule: full });
    const denies = policyRule.parse({ id: 'no', name: 'No', when: {}, deny: { reason: 'Never' } }) as PolicyRule;
    expect(readRule(typedOf(denies, ASSETS), ASSETS, ['no'])).toEqual({ ok: true, rule: denies });
  });

  test('shows amounts in their asset’s own notation', () => {
    const { amounts, tests } = typedOf(full, ASSETS);
    expect(amounts.map(({ from }) => from.replaceAll('\u2009', ' '))).toEqual(['1 000.00', '1.0000001']);
    expect(tests[0]?.upTo).toBe('5.00');
  });

  test('names every field that cannot be read, and rounds nothing', () => {
    const read = readRule(
      {
        ...NEW_RULE,
        tags: 'good, <bad>',
        amounts: [{ assetId: 'iso:USD', from: '1.005', below: '' }],
        youngerHours: '1.5',
        validHours: '0',
        steps: [{ approvals: 1, roles: [], groups: [], exceptRoles: [], distinct: true }],
        tests: [{ assetId: 'iso:USD', upTo: '0' }],
      },
      ASSETS,
      [],
    );
    expect(read.ok ? [] : [...read.problems].sort()).toEqual(
      ['amounts', 'name', 'steps', 'tags', 'tests', 'validHours', 'youngerHours'].sort(),
    );
  });

  test('refuses a range that ends before it begins', () => {
    const amounts = [{ assetId: 'iso:USD', from: '10', below: '10' }];
    expect(readRule({ ...NEW_RULE, name: 'Odd', amounts }, ASSETS, [])).toMatchObject({ ok: false });
  });

  test('that is new is named after its name, and never like another', () => {
    expect(idFor('Über 10.000 Euro!', [])).toBe('u-ber-10-000-euro');
    expect(idFor('Large', ['large', 'large-2'])).toBe('large-3');
    expect(idFor('!!!', [])).toBe('rule');
    const read = readRule({ ...NEW_RULE, name: 'Large' }, ASSETS, ['large']);
    expect(read.ok && policyRule.safeParse(read.rule).success && read.rule.id).toBe('large-2');
  });
});
