import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from '../../../../core/approvals/policy/decide.ts';
import { EVERYTHING, type Region, regionsOf, remainder } from '../../../../core/approvals/policy/regions.ts';
import { RAILS } from '../../../../core/contract/index.ts';
import {
  PAYMENT_METHODS,
  PAYOUT_SOURCES,
  type PolicyCondition,
  SCREENING_OUTCOMES,
} from '../../../../core/contract/policy-terms.ts';
import { factsOfPayout, HOUR_MS, NOW_MS } from './facts.ts';

const USD = 'iso:USD' as never;

const condition: fc.Arbitrary<PolicyCondition> = fc.record(
  {
    rails: fc.uniqueArray(fc.constantFrom(...RAILS), { minLength: 1 }),
    assets: fc.constantFrom([USD], ['iso:EUR' as never], [USD, 'iso:EUR' as never]),
    amounts: fc.array(
      fc
        .record({ from: fc.integer({ min: 1, max: 4 }), room: fc.integer({ min: 1, max: 4 }), open: fc.boolean() })
        .map(({ from, room, open }) => ({
          assetId: USD,
          fromMinor: String(from),
          ...(open ? {} : { belowMinor: String(from + room) }),
        })),
      { minLength: 1, maxLength: 2 },
    ),
    payeeTags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
    destinationYoungerThanMs: fc.constantFrom(HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS),
    sources: fc.uniqueArray(fc.constantFrom(...PAYOUT_SOURCES), { minLength: 1 }),
    methods: fc.uniqueArray(fc.constantFrom(...PAYMENT_METHODS), { minLength: 1 }),
    screening: fc.uniqueArray(fc.constantFrom(...SCREENING_OUTCOMES), { minLength: 1 }),
    lookAlike: fc.boolean(),
    firstPayment: fc.boolean(),
  },
  { requiredKeys: [] },
);

const facts = fc
  .record({
    rail: fc.constantFrom(...RAILS),
    amountMinor: fc.bigInt({ min: 1n, max: 9n }),
    payeeTags: fc.subarray(['a', 'b', 'c', 'd']),
    ageHours: fc.integer({ min: 0, max: 4 }),
    source: fc.constantFrom(...PAYOUT_SOURCES),
    method: fc.constantFrom(...PAYMENT_METHODS),
    screening: fc.constantFrom(...SCREENING_OUTCOMES),
    lookAlike: fc.boolean(),
    firstPayment: fc.boolean(),
  })
  .map(({ ageHours, ...rest }) => factsOfPayout({ ...rest, destinationConfirmedAtMs: NOW_MS - ageHours * HOUR_MS }));

/** Said independently of the code: whether a payout lies in a region. */
function liesIn(region: Region, payout: ReturnType<typeof factsOfPayout>): boolean {
  const ageMs = BigInt(payout.atMs - (payout.destinationConfirmedAtMs ?? payout.atMs));
  const within = (value: bigint, { from, below }: Region['amount']) =>
    value >= from && (below === null || value < below);
  return (
    region.rails.includes(payout.rail) &&
    region.sources.includes(payout.source) &&
    region.methods.includes(payout.method) &&
    region.screening.includes(payout.screening) &&
    region.lookAlike.includes(payout.lookAlike) &&
    region.firstPayment.includes(payout.firstPayment) &&
    within(payout.amountMinor, region.amount) &&
    within(ageMs, region.ageMs) &&
    region.someTag.every((tags) => tags.some((tag) => payout.payeeTags.includes(tag))) &&
    region.noTag.every((tag) => !payout.payeeTags.includes(tag))
  );
}

describe('regions', () => {
  it('hold exactly the payouts that their condition matches', () => {
    fc.assert(
      fc.property(condition, facts, (when, payout) => {
        expect(regionsOf(when, 'iso:USD').some((region) => liesIn(region, payout))).toBe(matches(when, payout));
      }),
      { numRuns: 2_000 },
    );
  });

  it('leave of everything exactly the payouts that no condition matches', () => {
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 5 }), facts, (conditions, payout) => {
        const left = remainder(
          EVERYTHING,
          conditions.flatMap((when) => regionsOf(when, 'iso:USD')),
        );
        expect(left).not.toBeNull();
        expect(left?.some((region) => liesIn(region, payout))).toBe(!conditions.some((when) => matches(when, payout)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('leave pieces that do not overlap', () => {
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 4 }), facts, (conditions, payout) => {
        const left =
          remainder(
            EVERYTHING,
            conditions.flatMap((when) => regionsOf(when, 'iso:USD')),
          ) ?? [];
        expect(left.filter((region) => liesIn(region, payout)).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1_000 },
    );
  });
});
