/** Discounts on what members are charged, and the quote that says which rule gives what. */
import { z } from 'zod';
import { basisPoints, chargeKind, wholeMinorUnits } from './campaigns.ts';
import { tag } from './payees.ts';
import { command, query } from './procedure.ts';
import { idText, minorUnits, positiveMinorUnits, reason, shortText, timeMs } from './words.ts';

const TIERS_MAX = 20;

/** What a discount goes by. */
export const discountTiers = z.discriminatedUnion('by', [
  /** A membership is a tag of the payee. */
  z.strictObject({
    by: z.literal('membership'),
    tiers: z
      .array(z.strictObject({ membership: tag, basisPoints }))
      .min(1)
      .max(TIERS_MAX),
  }),
  /** What the member paid in charges within so many days; in all time without them. */
  z.strictObject({
    by: z.literal('spend'),
    windowDays: z.int().min(1).max(3_650).nullable(),
    tiers: z
      .array(z.strictObject({ fromMinor: wholeMinorUnits, basisPoints }))
      .min(1)
      .max(TIERS_MAX),
  }),
]);
export type DiscountTiers = z.infer<typeof discountTiers>;

/** `best_of`: of all such rules only the one that gives most. `stackable`: on top of whatever else there is. */
export const combines = z.enum(['stackable', 'best_of']);
export type Combines = z.infer<typeof combines>;

export const discountRule = z.strictObject({
  id: z.string(),
  name: z.string(),
  tiers: discountTiers,
  combines,
  /** The kind of charge it is for; null for any. */
  chargeKind: z.string().nullable(),
  /** The campaign that pays for it; null where the treasury forgoes it. */
  campaign: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  status: z.enum(['in_force', 'ended']),
  createdAtMs: timeMs,
  createdBy: z.string(),
  endedAtMs: timeMs.nullable(),
});
export type DiscountRule = z.infer<typeof discountRule>;

/**
 * Why a rule gives what it gives:
 *
 * - `full`: all that its tier says
 * - `charge_covered`: nothing, or not all of it, is left of the charge to discount
 * - `campaign_budget`, `account_cap`: not all of it, or nothing, is left of the campaign or for this account
 * - `campaign_closed`: its campaign is not active
 * - `better_rule`: another rule gives more, and only one of them counts
 * - `no_tier`: the member reaches none of its tiers
 * - `other_kind`: it is for charges of another kind
 * - `too_little`: its part of the charge comes to less than the smallest amount there is
 */
export const DISCOUNT_REASONS = [
  'full',
  'charge_covered',
  'campaign_budget',
  'account_cap',
  'campaign_closed',
  'better_rule',
  'no_tier',
  'other_kind',
  'too_little',
] as const;
export type DiscountReason = (typeof DISCOUNT_REASONS)[number];

export const discountOutcome = z.strictObject({
  ruleId: z.string(),
  name: z.string(),
  /** 0 where no tier was reached. */
  basisPoints: z.int(),
  amountMinor: minorUnits,
  because: z.enum(DISCOUNT_REASONS),
  campaignId: z.string().nullable(),
  /** The same in a sentence. */
  explanation: z.string(),
});
export type DiscountOutcome = z.infer<typeof discountOutcome>;

export const discountQuote = z.strictObject({
  accountId: z.string(),
  kind: z.string(),
  assetCode: z.string(),
  scale: z.int(),
  chargeMinor: minorUnits,
  discountMinor: minorUnits,
  /** Of the discount, what campaigns pay. */
  fundedMinor: minorUnits,
  toPayMinor: minorUnits,
  /** Credits of the member that may pay this kind of charge. */
  spendableMinor: minorUnits,
  /** One for each rule in force. */
  outcomes: z.array(discountOutcome),
});
export type DiscountQuote = z.infer<typeof discountQuote>;

const TAGS = ['discounts'];
const WRITERS = ['operator', 'admin'] as const;
const BASE = '/admin/billing/discounts';

export const discounts = {
  list: query('staff', { service: true })
    .route({ method: 'GET', path: BASE, tags: TAGS, summary: 'Discount rules, those in force first' })
    .output(z.array(discountRule)),

  create: command(WRITERS, 'discount.create')
    .route({ method: 'POST', path: BASE, tags: TAGS, summary: 'Put a discount rule in force' })
    .input(
      z.strictObject({
        name: shortText,
        tiers: discountTiers,
        combines,
        chargeKind: chargeKind.optional(),
        campaignId: idText.optional(),
      }),
    )
    .output(discountRule),

  end: command(WRITERS, 'discount.end')
    .route({ method: 'POST', path: `${BASE}/{id}/end`, tags: TAGS, summary: 'End a discount rule for good' })
    .input(z.strictObject({ id: idText, reason }))
    .output(discountRule),

  /** Changes nothing and promises nothing: the charge itself looks again. */
  quote: query('staff', { service: true })
    .route({
      method: 'POST',
      path: `${BASE}/quote`,
      tags: TAGS,
      summary: 'What a charge would come to, and which rule gives what',
    })
    .input(z.strictObject({ accountId: idText, kind: chargeKind, amountMinor: positiveMinorUnits }))
    .output(discountQuote),
};
