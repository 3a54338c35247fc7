/** Why a rule gives what it gives, in a sentence for the member and for whoever looks at it later. */
import { formatDecimal } from '../money/minor.ts';
import type { Outcome } from './engine.ts';

const PERCENT_SCALE = 2;

export interface Currency {
  readonly assetCode: string;
  readonly scale: number;
}

export function explain(outcome: Outcome, chargeMinor: bigint, currency: Currency): string {
  const amount = (minor: bigint) => `${formatDecimal(minor, currency.scale)} ${currency.assetCode}`;
  const percent = `${formatDecimal(BigInt(outcome.basisPoints), PERCENT_SCALE)} %`;
  const reached = `${reachedBy(outcome, amount)}: ${percent} of ${amount(chargeMinor)}`;
  const given = amount(outcome.amountMinor);
  switch (outcome.because) {
    case 'full':
      return `${reached} is ${given}.`;
    case 'charge_covered':
      return outcome.amountMinor === 0n
        ? `${reached}, but other discounts cover the whole charge.`
        : `${reached}, of which ${given} is left of the charge.`;
    case 'campaign_budget':
      return `${reached}, of which the campaign’s budget has ${given} left.`;
    case 'account_cap':
      return `${reached}, of which the campaign may give this account ${given} more.`;
    case 'campaign_closed':
      return `${reached}, but its campaign is not active.`;
    case 'better_rule':
      return `${reached}, but another rule gives more and only one of them counts.`;
    case 'too_little':
      return `${reached} comes to less than the smallest amount there is.`;
    case 'no_tier':
      return outcome.rule.tiers.by === 'membership'
        ? 'The member has none of the memberships it is for.'
        : `The member has paid ${amount(outcome.rule.spentMinor)} ${windowOf(outcome)}, less than it begins at.`;
    case 'other_kind':
      return `It is for charges of the kind ${outcome.rule.chargeKind}.`;
  }
}

function reachedBy(outcome: Outcome, amount: (minor: bigint) => string): string {
  if (outcome.rule.tiers.by === 'membership') return `Member of ${outcome.tier}`;
  return `Paid ${amount(outcome.rule.spentMinor)} ${windowOf(outcome)}`;
}

function windowOf({ rule: { tiers } }: Outcome): string {
  if (tiers.by !== 'spend' || tiers.windowDays === null) return 'so far';
  return tiers.windowDays === 1 ? 'within a day' : `within ${tiers.windowDays} days`;
}
