/** The discount engine by itself: facts in, a quote out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DiscountFacts, discountsOn, type EngineRule, type Purse } from '../../../core/discounts/engine.ts';
import { explain } from '../../../core/discounts/explain.ts';
import { INT64_MAX } from '../../../core/money/minor.ts';

const SEED = 20_260_107;
const gold = (basisPoints: number, rule: Partial<EngineRule> = {}): EngineRule => ({
  id: `dsc_${basisPoints}`,
  name: `Gold ${basisPoints}`,
  tiers: { by: 'membership', tiers: [{ membership: 'gold', basisPoints }] },
  combines: 'stackable',
  chargeKind: null,
  campaignId: null,
  spentMinor: 0n,
  ...rule,
});
const facts = (rest: Partial<DiscountFacts> = {}): DiscountFacts => ({
  amountMinor: 1_000n,
  kind: 'placement_fee',
  memberships: new Set(['gold']),
  purses: new Map(),
  ...rest,
});
const purse = (rest: Partial<Purse> = {}): Purse => ({
  active: true,
  budgetLeftMinor: 1_000_000n,
  accountLeftMinor: 1_000_000n,
  ...rest,
});
const said = (given: ReturnType<typeof discountsOn>) =>
  given.outcomes.map(({ rule, amountMinor, because }) => `${rule.id} ${amountMinor} ${because}`);

describe('rules that stack', () => {
  it('give each their part of the whole charge', () => {
    const given = discountsOn(facts(), [gold(1_000), gold(250)]);
    expect(said(given)).toEqual(['dsc_1000 100 full', 'dsc_250 25 full']);
    expect(given).toMatchObject({ discountMinor: 125n, toPayMinor: 875n });
  });

  it('stop at the charge', () => {
    const given = discountsOn(facts(), [gold(8_000), gold(3_000), gold(500)]);
    expect(said(given)).toEqual(['dsc_8000 800 full', 'dsc_3000 200 charge_covered', 'dsc_500 0 charge_covered']);
    expect(given.toPayMinor).toBe(0n);
  });

  it('round down to whole minor units', () => {
    expect(said(discountsOn(facts({ amountMinor: 19n }), [gold(1_000), gold(1)]))).toEqual([
      'dsc_1000 1 full',
      'dsc_1 0 too_little',
    ]);
  });
});

describe('rules that compete', () => {
  const best = (basisPoints: number, rest: Partial<EngineRule> = {}) =>
    gold(basisPoints, { combines: 'best_of', ...rest });

  it('leave only the one that gives most, beside those that stack', () => {
    const given = discountsOn(facts(), [best(500), gold(250), best(1_500)]);
    expect(said(given)).toEqual(['dsc_500 0 better_rule', 'dsc_250 25 full', 'dsc_1500 150 full']);
  });

  it('come before those that stack, which get what is left', () => {
    const given = discountsOn(facts(), [gold(3_000), best(8_000)]);
    expect(said(given)).toEqual(['dsc_3000 200 charge_covered', 'dsc_8000 800 full']);
  });

  it('are compared by what they can really give', () => {
    const purses = new Map([['cmp_low', purse({ budgetLeftMinor: 10n })]]);
    const given = discountsOn(facts({ purses }), [best(5_000, { campaignId: 'cmp_low' }), best(500)]);
    expect(said(given)).toEqual(['dsc_5000 0 better_rule', 'dsc_500 50 full']);
  });

  it('are decided for the earlier one where they give the same', () => {
    const given = discountsOn(facts(), [best(500, { id: 'dsc_a' }), best(500, { id: 'dsc_b' })]);
    expect(said(given)).toEqual(['dsc_a 50 full', 'dsc_b 0 better_rule']);
  });
});

describe('tiers', () => {
  it('by membership give the best that the member has', () => {
    const tiers: EngineRule['tiers'] = {
      by: 'membership',
      tiers: [
        { membership: 'silver', basisPoints: 200 },
        { membership: 'gold', basisPoints: 700 },
        { membership: 'founder', basisPoints: 400 },
      ],
    };
    const given = (memberships: string[]) =>
      discountsOn(facts({ memberships: new Set(memberships) }), [gold(1, { tiers })]).outcomes[0];
    expect(given(['silver', 'gold'])).toMatchObject({ tier: 'gold', amountMinor: 70n });
    expect(given(['founder', 'silver'])).toMatchObject({ tier: 'founder', amountMinor: 40n });
    expect(given(['bronze'])).toMatchObject({ tier: null, amountMinor: 0n, because: 'no_tier' });
  });

  it.each([
    [0n, 'no_tier', 0n],
    [99n, 'no_tier', 0n],
    [100n, 'full', 10n],
    [4_999n, 'full', 10n],
    [5_000n, 'full', 50n],
    [INT64_MAX, 'full', 50n],
  ])('by spend: %s spent → %s %s', (spentMinor, because, amountMinor) => {
    const tiers: EngineRule['tiers'] = {
      by: 'spend',
      windowDays: 30,
      tiers: [
        { fromMinor: '100', basisPoints: 100 },
        { fromMinor: '5000', basisPoints: 500 },
      ],
    };
    expect(discountsOn(facts(), [gold(1, { tiers, spentMinor })]).outcomes[0]).toMatchObject({ because, amountMinor });
  });
});

describe('what limits a rule', () => {
  const funded = (basisPoints: number) => gold(basisPoints, { campaignId: 'cmp_a' });
  it.each([
    ['the budget of its campaign', purse({ budgetLeftMinor: 30n }), 'dsc_1000 30 campaign_budget'],
    ['what its campaign may give the account', purse({ accountLeftMinor: 20n }), 'dsc_1000 20 account_cap'],
    ['a campaign with nothing left', purse({ budgetLeftMinor: 0n }), 'dsc_1000 0 campaign_budget'],
    ['a campaign that is not active', purse({ active: false }), 'dsc_1000 0 campaign_closed'],
  ])('%s', (_name, of, expected) => {
    expect(said(discountsOn(facts({ purses: new Map([['cmp_a', of]]) }), [funded(1_000)]))).toEqual([expected]);
  });

  it('is counted over all rules of one campaign', () => {
    const purses = new Map([['cmp_a', purse({ budgetLeftMinor: 120n })]]);
    expect(said(discountsOn(facts({ purses }), [funded(1_000), funded(500), gold(100)]))).toEqual([
      'dsc_1000 100 full',
      'dsc_500 20 campaign_budget',
      'dsc_100 10 full',
    ]);
  });

  it('is the kind of charge it is for', () => {
    expect(said(discountsOn(facts(), [gold(1_000, { chargeKind: 'boost' })]))).toEqual(['dsc_1000 0 other_kind']);
  });
});

const rule = fc.record({
  basisPoints: fc.integer({ min: 1, max: 10_000 }),
  combines: fc.constantFrom('stackable' as const, 'best_of' as const),
  campaignId: fc.constantFrom(null, 'cmp_a', 'cmp_b'),
  chargeKind: fc.constantFrom(null, 'placement_fee', 'boost'),
  member: fc.boolean(),
});
const amount = fc.oneof(fc.bigInt({ min: 1n, max: 50n }), fc.bigInt({ min: 1n, max: INT64_MAX }));
const left = fc.oneof(fc.bigInt({ min: 0n, max: 30n }), fc.bigInt({ min: 0n, max: INT64_MAX }));
const aPurse = fc.record({ active: fc.boolean(), budgetLeftMinor: left, accountLeftMinor: left });

describe('whatever the rules and the numbers', () => {
  it('no discount passes the charge, a budget or a cap, every sum is exact, and the same facts say the same', () => {
    const property = fc.property(
      fc.array(rule, { maxLength: 8 }),
      amount,
      aPurse,
      aPurse,
      (drawn, amountMinor, a, b) => {
        const rules = drawn.map(({ basisPoints, member, ...rest }, index) =>
          gold(basisPoints, {
            ...rest,
            id: `dsc_${index}`,
            tiers: { by: 'membership', tiers: [{ membership: member ? 'gold' : 'other', basisPoints }] },
          }),
        );
        const purses = new Map([
          ['cmp_a', a],
          ['cmp_b', b],
        ]);
        const given = discountsOn(facts({ amountMinor, purses }), rules);
        expect(discountsOn(facts({ amountMinor, purses }), rules)).toEqual(given);
        const sum = given.outcomes.reduce((total, outcome) => total + outcome.amountMinor, 0n);
        expect(sum).toBe(given.discountMinor);
        expect(given.discountMinor + given.toPayMinor).toBe(amountMinor);
        expect(given.toPayMinor >= 0n).toBe(true);
        for (const [id, { active, budgetLeftMinor, accountLeftMinor }] of purses) {
          const paid = given.outcomes
            .filter((outcome) => outcome.rule.campaignId === id)
            .reduce((total, outcome) => total + outcome.amountMinor, 0n);
          expect(paid <= budgetLeftMinor && paid <= accountLeftMinor && (active || paid === 0n)).toBe(true);
        }
        for (const outcome of given.outcomes) {
          expect(outcome.amountMinor >= 0n).toBe(true);
          expect(outcome.amountMinor <= (amountMinor * BigInt(outcome.basisPoints)) / 10_000n).toBe(true);
        }
        const competing = given.outcomes.filter(
          (outcome) => outcome.rule.combines === 'best_of' && outcome.amountMinor > 0n,
        );
        expect(competing.length).toBeLessThanOrEqual(1);
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 1_000 });
  });
});

describe('the explanation', () => {
  const currency = { assetCode: 'CREDIT', scale: 6 };
  const explained = (of: Parameters<typeof discountsOn>[0], rules: readonly EngineRule[]) =>
    discountsOn(
      of,
      rules.map((each, index) => ({ ...each, id: `dsc_${index}` })),
    ).outcomes.map((outcome) => explain(outcome, of.amountMinor, currency));

  it('says for every rule what it gives and why', () => {
    const spend: EngineRule['tiers'] = {
      by: 'spend',
      windowDays: 30,
      tiers: [{ fromMinor: '2000000', basisPoints: 300 }],
    };
    const purses = new Map([
      ['cmp_low', purse({ budgetLeftMinor: 20_000n })],
      ['cmp_cap', purse({ accountLeftMinor: 5n })],
      ['cmp_off', purse({ active: false })],
    ]);
    const of = facts({ amountMinor: 1_000_000n, purses });
    const competing = { combines: 'best_of' } as const;
    expect(
      explained(of, [
        gold(1_250, competing),
        gold(100, competing),
        gold(1, { tiers: spend, spentMinor: 2_500_000n }),
        gold(1, { tiers: spend, spentMinor: 1n }),
        gold(1, { tiers: { ...spend, windowDays: null, tiers: [{ fromMinor: '9', basisPoints: 5 }] } }),
        gold(500, { campaignId: 'cmp_low' }),
        gold(500, { campaignId: 'cmp_cap' }),
        gold(500, { campaignId: 'cmp_off' }),
        gold(500, { chargeKind: 'boost' }),
        gold(9_999),
        gold(1),
      ]),
    ).toEqual([
      'Member of gold: 12.50 % of 1.000000 CREDIT is 0.125000 CREDIT.',
      'Member of gold: 1.00 % of 1.000000 CREDIT, but another rule gives more and only one of them counts.',
      'Paid 2.500000 CREDIT within 30 days: 3.00 % of 1.000000 CREDIT is 0.030000 CREDIT.',
      'The member has paid 0.000001 CREDIT within 30 days, less than it begins at.',
      'The member has paid 0.000000 CREDIT so far, less than it begins at.',
      'Member of gold: 5.00 % of 1.000000 CREDIT, of which the campaign’s budget has 0.020000 CREDIT left.',
      'Member of gold: 5.00 % of 1.000000 CREDIT, of which the campaign may give this account 0.000005 CREDIT more.',
      'Member of gold: 5.00 % of 1.000000 CREDIT, but its campaign is not active.',
      'It is for charges of the kind boost.',
      'Member of gold: 99.99 % of 1.000000 CREDIT, of which 0.824995 CREDIT is left of the charge.',
      'Member of gold: 0.01 % of 1.000000 CREDIT, but other discounts cover the whole charge.',
    ]);
  });
});
