/** Whether any rule could ask somebody to approve it; cheap enough to be asked of every row of a file. */

import type { RailName } from '../../contract/payees.ts';
import type { PayoutSource, PolicyTerms } from '../../contract/policy-terms.ts';

interface Asked {
  readonly rail: RailName;
  readonly assetId: string;
  readonly amountMinor: bigint;
  readonly source: PayoutSource;
}

/**
 * Of what is not known of a row (tags, ages, sums) anything is thought possible, so this finds only
 * what is refused for certain. The rules themselves are asked when the payout is written.
 */
export function covers({ rules }: Pick<PolicyTerms, 'rules'>, { rail, assetId, amountMinor, source }: Asked): boolean {
  return rules.some(
    ({ when, ask }) =>
      ask !== undefined &&
      (when.rails?.includes(rail) ?? true) &&
      (when.assets?.some((id) => id === assetId) ?? true) &&
      (when.sources?.includes(source) ?? true) &&
      // A sum is never less than the payout itself.
      (when.amounts?.some(
        (range) =>
          range.assetId === assetId && (range.belowMinor === undefined || amountMinor < BigInt(range.belowMinor)),
      ) ??
        true),
  );
}

/** Whether some rule asks about every payout there could be, so that none has to be looked at. */
export function refusesNothing({ rules }: Pick<PolicyTerms, 'rules'>): boolean {
  const all = rules.findIndex(({ when }) => Object.values(when).every((condition) => condition === undefined));
  return all >= 0 && rules.slice(0, all + 1).every(({ ask }) => ask !== undefined);
}
