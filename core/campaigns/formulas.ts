/** How much each account of a batch is given. Whole minor units throughout; nothing is lost to rounding. */
import type { CampaignFormula } from '../contract/campaigns.ts';
import { invariant } from '../errors/refusal.ts';
import { basisMissing, formulaWrong } from './errors.ts';

export interface FormulaAccount {
  readonly accountId: string;
  /** What the account lost, or the figure that tiers go by. */
  readonly basisMinor?: bigint | undefined;
}

const ALL_OF_IT = 10_000n;

/** In the order of the accounts; 0 where the formula comes to nothing for one of them. */
export function amountsOf(formula: CampaignFormula, accounts: readonly FormulaAccount[]): readonly bigint[] {
  switch (formula.kind) {
    case 'fixed_amount':
      return accounts.map(() => BigInt(formula.amountMinor));
    case 'proportional_loss': {
      const losses = accounts.map(basisOf);
      const lost = losses.reduce((sum, loss) => sum + loss, 0n);
      return shareOut((lost * BigInt(formula.basisPoints)) / ALL_OF_IT, losses);
    }
    case 'tiered': {
      const tiers = formula.tiers.map(({ fromMinor, amountMinor }) => ({
        from: BigInt(fromMinor),
        amount: BigInt(amountMinor),
      }));
      return accounts.map((account) => {
        const basis = basisOf(account);
        return tiers.findLast(({ from }) => from <= basis)?.amount ?? 0n;
      });
    }
  }
}

function basisOf({ accountId, basisMinor }: FormulaAccount): bigint {
  if (basisMinor === undefined) throw basisMissing(accountId);
  return basisMinor;
}

/**
 * Shares a total by weight. Each first gets its share rounded down; what is left over goes, one
 * unit each, to those whose shares lost most by the rounding, the first of them where they lost the
 * same. So the shares always sum to the total, and none is a whole unit off.
 */
export function shareOut(totalMinor: bigint, weights: readonly bigint[]): readonly bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  invariant(
    totalMinor >= 0n && weights.every((weight) => weight >= 0n),
    'shares are of something, by weights not below zero',
  );
  if (totalMinor === 0n) return weights.map(() => 0n);
  invariant(whole > 0n, 'what is shared goes to somebody');
  const shares = weights.map((weight) => (totalMinor * weight) / whole);
  const leftOver = totalMinor - shares.reduce((sum, share) => sum + share, 0n);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (totalMinor * weight) % whole }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  const luckier = new Set(byRemainder.slice(0, Number(leftOver)).map(({ index }) => index));
  return shares.map((share, index) => (luckier.has(index) ? share + 1n : share));
}

/** A formula that could never give anything, or never within the cap, is refused when it is written. */
export function refuseHopeless(formula: CampaignFormula, accountCapMinor: bigint): void {
  switch (formula.kind) {
    case 'fixed_amount':
      if (BigInt(formula.amountMinor) > accountCapMinor)
        throw formulaWrong('The amount is above the cap of an account.');
      return;
    case 'proportional_loss':
      return;
    case 'tiered': {
      const { tiers } = formula;
      if (
        tiers.some((tier, index) => index > 0 && BigInt(tier.fromMinor) <= BigInt(tiers[index - 1]?.fromMinor ?? 0))
      ) {
        throw formulaWrong('Each tier begins above the one before it.');
      }
      if (tiers.some(({ amountMinor }) => BigInt(amountMinor) > accountCapMinor)) {
        throw formulaWrong('A tier gives more than the cap of an account.');
      }
      return;
    }
  }
}
