import type { DiscountOutcome, DiscountQuote } from '../contract/discounts.ts';
import { CREDITS } from '../money/assets.ts';
import type { Reader } from '../store/tx.ts';
import { type Discounted, discountsOn } from './engine.ts';
import { type Currency, explain } from './explain.ts';
import { type ChargeTerms, factsOf, spendableMinor } from './facts.ts';

export async function creditsAs(reader: Reader): Promise<Currency> {
  const asset = await reader.db
    .selectFrom('assets')
    .select(['code', 'scale'])
    .where('id', '=', CREDITS)
    .executeTakeFirstOrThrow();
  return { assetCode: asset.code, scale: Number(asset.scale) };
}

/** What a charge would come to now. The charge itself looks again: nothing is reserved. */
export async function quoteCharge(reader: Reader, terms: ChargeTerms, nowMs: number): Promise<DiscountQuote> {
  const { facts, rules } = await factsOf(reader, terms, nowMs);
  const discounted = discountsOn(facts, rules);
  const currency = await creditsAs(reader);
  return {
    accountId: terms.payeeId,
    kind: terms.kind,
    assetCode: currency.assetCode,
    scale: currency.scale,
    chargeMinor: terms.amountMinor.toString(),
    discountMinor: discounted.discountMinor.toString(),
    fundedMinor: fundedMinor(discounted).toString(),
    toPayMinor: discounted.toPayMinor.toString(),
    spendableMinor: (await spendableMinor(reader, terms, nowMs)).toString(),
    outcomes: outcomeViews(discounted, terms.amountMinor, currency),
  };
}

/** Of a discount, what campaigns pay; the rest is money that the treasury never gets. */
export function fundedMinor({ outcomes }: Discounted): bigint {
  return outcomes.reduce((sum, { rule, amountMinor }) => (rule.campaignId === null ? sum : sum + amountMinor), 0n);
}

export function outcomeViews({ outcomes }: Discounted, chargeMinor: bigint, currency: Currency): DiscountOutcome[] {
  return outcomes.map((outcome) => ({
    ruleId: outcome.rule.id,
    name: outcome.rule.name,
    basisPoints: outcome.basisPoints,
    amountMinor: outcome.amountMinor.toString(),
    because: outcome.because,
    campaignId: outcome.rule.campaignId,
    explanation: explain(outcome, chargeMinor, currency),
  }));
}
