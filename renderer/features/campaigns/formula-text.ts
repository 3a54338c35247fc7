import type { Campaign, DiscountRule } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { percentText } from './typed-terms.ts';
import { CREDITS } from './use-campaigns.ts';

export function formulaText({ formula, scale, assetCode }: Pick<Campaign, 'formula' | 'scale' | 'assetCode'>): string {
  const say = words.campaigns.formulas;
  const amount = (minor: string) => `${amountText(minorOf(minor), scale)} ${assetCode}`;
  switch (formula.kind) {
    case 'fixed_amount':
      return say.fixed_amount(amount(formula.amountMinor));
    case 'proportional_loss':
      return say.proportional_loss(percentText(formula.basisPoints));
    case 'tiered':
      return say.tiered(
        formula.tiers
          .map(({ fromMinor, amountMinor }) => say.tier(amountText(minorOf(fromMinor), scale), amount(amountMinor)))
          .join('; '),
      );
  }
}

export function tiersText({ tiers }: Pick<DiscountRule, 'tiers'>): string {
  const say = words.discounts;
  if (tiers.by === 'membership') {
    return tiers.tiers
      .map(({ membership, basisPoints }) => say.byMembership(membership, percentText(basisPoints)))
      .join('; ');
  }
  const window = tiers.windowDays === null ? say.windowNone : say.window(tiers.windowDays);
  const steps = tiers.tiers.map(({ fromMinor, basisPoints }) =>
    say.bySpend(amountText(minorOf(fromMinor), CREDITS.scale), percentText(basisPoints)),
  );
  return `${steps.join('; ')} (${window})`;
}
