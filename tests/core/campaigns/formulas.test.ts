/** Sums that must be exact, over numbers chosen to break them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountsOf, shareOut } from '../../../core/campaigns/formulas.ts';
import { INT64_MAX } from '../../../core/money/minor.ts';

const SEED = 20_260_106;
const check = <Given extends [unknown, ...unknown[]]>(property: fc.IPropertyWithHooks<Given>) =>
  expect(() => fc.assert(property, { seed: SEED, numRuns: 400 })).not.toThrow();

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 3n }),
  fc.bigInt({ min: 0n, max: 1_000_000n }),
  fc.bigInt({ min: INT64_MAX - 5n, max: INT64_MAX }),
  fc.constant(0n),
);
const someWeights = fc.array(amount, { minLength: 1, maxLength: 60 }).filter((weights) => sum(weights) > 0n);

const lossesOf = (losses: readonly bigint[], basisPoints: number) =>
  amountsOf(
    { kind: 'proportional_loss', basisPoints },
    losses.map((basisMinor, index) => ({ accountId: `a${index}`, basisMinor })),
  );

describe('shares by weight', () => {
  it('sum to the total, whatever the weights', () => {
    check(fc.property(amount, someWeights, (total, weights) => sum(shareOut(total, weights)) === total));
  });

  it('are never a whole unit off what exact arithmetic says', () => {
    check(
      fc.property(amount, someWeights, (total, weights) => {
        const whole = sum(weights);
        for (const [index, share] of shareOut(total, weights).entries()) {
          const off = share * whole - total * (weights[index] ?? 0n);
          expect(off < whole && off > -whole).toBe(true);
        }
      }),
    );
  });

  it('give nothing to who weighs nothing, and never less to who weighs more', () => {
    check(
      fc.property(amount, someWeights, (total, weights) => {
        const shares = shareOut(total, weights);
        for (const [i, a] of weights.entries()) {
          if (a === 0n) expect(shares[i]).toBe(0n);
          for (const [j, b] of weights.entries()) if (a > b) expect((shares[i] ?? 0n) >= (shares[j] ?? 0n)).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['one account takes it all', 7n, [3n], [7n]],
    ['one account at the edge of what is kept', INT64_MAX, [INT64_MAX], [INT64_MAX]],
    ['all equal: the first ones get the odd units', 11n, [5n, 5n, 5n, 5n], [3n, 3n, 3n, 2n]],
    ['all equal and nothing over', 12n, [1n, 1n, 1n], [4n, 4n, 4n]],
    ['a huge ratio leaves nothing for the smallest', 10n, [1n, INT64_MAX], [0n, 10n]],
    ['the largest remainder is served first', 10n, [6n, 6n, 7n], [3n, 3n, 4n]],
    ['two at the edge share evenly', INT64_MAX, [INT64_MAX, INT64_MAX], [INT64_MAX / 2n + 1n, INT64_MAX / 2n]],
    ['nothing to share is nothing for each', 0n, [0n, 0n], [0n, 0n]],
  ])('%s', (_name, total, weights, shares) => {
    expect(shareOut(total, weights)).toEqual(shares);
  });
});

describe('a share of what was lost', () => {
  it('comes to that part of all losses together, rounded down once', () => {
    check(
      fc.property(fc.array(amount, { maxLength: 60 }), fc.integer({ min: 1, max: 10_000 }), (losses, points) => {
        expect(sum(lossesOf(losses, points))).toBe((sum(losses) * BigInt(points)) / 10_000n);
      }),
    );
  });

  it('never gives anybody more than they lost', () => {
    check(
      fc.property(fc.array(amount, { maxLength: 60 }), fc.integer({ min: 1, max: 10_000 }), (losses, points) =>
        lossesOf(losses, points).every((given, index) => given <= (losses[index] ?? 0n)),
      ),
    );
  });

  it('is nothing where nobody lost anything', () => {
    expect(lossesOf([0n, 0n, 0n], 10_000)).toEqual([0n, 0n, 0n]);
  });

  it('is all of it at 100 %', () => {
    expect(lossesOf([INT64_MAX, 1n, 0n], 10_000)).toEqual([INT64_MAX, 1n, 0n]);
  });

  it('does not depend on the order of the accounts, but for the odd units', () => {
    check(
      fc.property(someWeights, fc.integer({ min: 1, max: 10_000 }), (losses, points) => {
        const backwards = [...lossesOf([...losses].reverse(), points)].reverse();
        for (const [index, given] of lossesOf(losses, points).entries()) {
          const difference = given - (backwards[index] ?? 0n);
          expect(difference >= -1n && difference <= 1n).toBe(true);
        }
      }),
    );
  });
});

describe('the other formulas', () => {
  it('give the same to everybody, or by tier', () => {
    const accounts = [0n, 99n, 100n, 5_000n, INT64_MAX].map((basisMinor, index) => ({
      accountId: `a${index}`,
      basisMinor,
    }));
    expect(amountsOf({ kind: 'fixed_amount', amountMinor: '7' }, accounts)).toEqual([7n, 7n, 7n, 7n, 7n]);
    const tiers = [
      { fromMinor: '100', amountMinor: '10' },
      { fromMinor: '5000', amountMinor: '40' },
    ];
    expect(amountsOf({ kind: 'tiered', tiers }, accounts)).toEqual([0n, 0n, 10n, 40n, 40n]);
  });

  it.each([
    { kind: 'proportional_loss' as const, basisPoints: 5_000 },
    { kind: 'tiered' as const, tiers: [{ fromMinor: '0', amountMinor: '1' }] },
  ])('$kind needs a figure of each account', (formula) => {
    expect(() => amountsOf(formula, [{ accountId: 'a', basisMinor: 1n }, { accountId: 'b' }])).toThrow(
      expect.objectContaining({ code: 'campaign.basis', data: { accountId: 'b' } }),
    );
  });
});
