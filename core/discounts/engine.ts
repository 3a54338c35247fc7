/**
 * The discount engine: which rule gives what of a charge, and why. It knows no database and no
 * clock, so the same facts always come to the same quote.
 *
 * Of the rules that compete (`best_of`) the one that gives most counts, the earlier one where two
 * give the same; those that stack come after it, the earlier ones first. Each gives its part of the
 * whole charge, rounded down, as long as anything is left: of the charge, of its campaign's budget,
 * and of what its campaign may give this account.
 */
import type { Combines, DiscountReason, DiscountTiers } from '../contract/discounts.ts';

export interface EngineRule {
  readonly id: string;
  readonly name: string;
  readonly tiers: DiscountTiers;
  readonly combines: Combines;
  readonly chargeKind: string | null;
  readonly campaignId: string | null;
  /** What the member paid within the rule's window; 0 where the rule does not go by it. */
  readonly spentMinor: bigint;
}

/** What a campaign can still give. */
export interface Purse {
  readonly active: boolean;
  readonly budgetLeftMinor: bigint;
  readonly accountLeftMinor: bigint;
}

export interface DiscountFacts {
  readonly amountMinor: bigint;
  readonly kind: string;
  readonly memberships: ReadonlySet<string>;
  readonly purses: ReadonlyMap<string, Purse>;
}

export interface Outcome {
  readonly rule: EngineRule;
  /** 0 where no tier was reached. */
  readonly basisPoints: number;
  /** The membership, or the threshold, of the tier that was reached. */
  readonly tier: string | null;
  readonly amountMinor: bigint;
  readonly because: DiscountReason;
}

export interface Discounted {
  readonly discountMinor: bigint;
  readonly toPayMinor: bigint;
  /** One for each rule, in the order of the rules. */
  readonly outcomes: readonly Outcome[];
}

export function discountsOn(facts: DiscountFacts, rules: readonly EngineRule[]): Discounted {
  const left: Left = { charge: facts.amountMinor, purses: new Map(facts.purses) };
  const offers = rules.map((rule) => offerOf(rule, facts));
  const best = bestOf(
    offers.filter(({ rule }) => rule.combines === 'best_of'),
    left,
  );
  const given = new Map<string, Outcome>();
  if (best) given.set(best.rule.id, give(best, left));
  for (const offer of offers) {
    if (offer === best) continue;
    const beaten = best && offer.rule.combines === 'best_of' && offer.refused === null;
    given.set(offer.rule.id, beaten ? outcomeOf(offer, 0n, 'better_rule') : give(offer, left));
  }
  const outcomes = offers.map((offer) => given.get(offer.rule.id) as Outcome);
  return { discountMinor: facts.amountMinor - left.charge, toPayMinor: left.charge, outcomes };
}

interface Left {
  charge: bigint;
  readonly purses: Map<string, Purse>;
}

interface Offer {
  readonly rule: EngineRule;
  readonly basisPoints: number;
  readonly tier: string | null;
  readonly amountMinor: bigint;
  /** Why it gives nothing, whatever is left. */
  readonly refused: DiscountReason | null;
}

const ALL_OF_IT = 10_000n;

function offerOf(rule: EngineRule, { amountMinor, kind, memberships, purses }: DiscountFacts): Offer {
  const reached = tierOf(rule, memberships);
  const offered = reached === null ? 0n : (amountMinor * BigInt(reached.basisPoints)) / ALL_OF_IT;
  const refused = (): DiscountReason | null => {
    if (rule.chargeKind !== null && rule.chargeKind !== kind) return 'other_kind';
    if (reached === null) return 'no_tier';
    if (rule.campaignId !== null && !purses.get(rule.campaignId)?.active) return 'campaign_closed';
    return offered === 0n ? 'too_little' : null;
  };
  return {
    rule,
    basisPoints: reached?.basisPoints ?? 0,
    tier: reached?.tier ?? null,
    amountMinor: offered,
    refused: refused(),
  };
}

/** The best of the memberships that the member has; the highest threshold that was reached. */
function tierOf(
  { tiers, spentMinor }: EngineRule,
  memberships: ReadonlySet<string>,
): { tier: string; basisPoints: number } | null {
  if (tiers.by === 'membership') {
    const reached = tiers.tiers.filter(({ membership }) => memberships.has(membership));
    const [first, ...others] = reached;
    if (!first) return null;
    const best = others.reduce((high, tier) => (tier.basisPoints > high.basisPoints ? tier : high), first);
    return { tier: best.membership, basisPoints: best.basisPoints };
  }
  const reached = tiers.tiers.findLast(({ fromMinor }) => BigInt(fromMinor) <= spentMinor);
  return reached ? { tier: reached.fromMinor, basisPoints: reached.basisPoints } : null;
}

/** By what each could really give now: a large promise of an empty campaign is not the best. */
function bestOf(offers: readonly Offer[], left: Left): Offer | undefined {
  let best: Offer | undefined;
  let most = 0n;
  for (const offer of offers) {
    const { amountMinor } = limited(offer, left);
    if (amountMinor > most) {
      best = offer;
      most = amountMinor;
    }
  }
  return best;
}

function limited(offer: Offer, left: Left): { readonly amountMinor: bigint; readonly because: DiscountReason } {
  if (offer.refused !== null) return { amountMinor: 0n, because: offer.refused };
  let amountMinor = offer.amountMinor;
  let because: DiscountReason = 'full';
  const limit = (leftMinor: bigint, reason: DiscountReason) => {
    if (leftMinor >= amountMinor) return;
    amountMinor = leftMinor;
    because = reason;
  };
  limit(left.charge, 'charge_covered');
  const purse = offer.rule.campaignId === null ? undefined : left.purses.get(offer.rule.campaignId);
  if (purse) {
    limit(purse.accountLeftMinor, 'account_cap');
    limit(purse.budgetLeftMinor, 'campaign_budget');
  }
  return { amountMinor, because };
}

/** Takes what it gives from what is left. */
function give(offer: Offer, left: Left): Outcome {
  const { amountMinor, because } = limited(offer, left);
  left.charge -= amountMinor;
  const { campaignId } = offer.rule;
  const purse = campaignId === null ? undefined : left.purses.get(campaignId);
  if (campaignId !== null && purse) {
    left.purses.set(campaignId, {
      ...purse,
      budgetLeftMinor: purse.budgetLeftMinor - amountMinor,
      accountLeftMinor: purse.accountLeftMinor - amountMinor,
    });
  }
  return outcomeOf(offer, amountMinor, because);
}

const outcomeOf = ({ rule, basisPoints, tier }: Offer, amountMinor: bigint, because: DiscountReason): Outcome => ({
  rule,
  basisPoints,
  tier,
  amountMinor,
  because,
});
