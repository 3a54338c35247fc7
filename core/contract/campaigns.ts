/** Campaigns: credits given to many members at once, out of a budget. */
import { z } from 'zod';
import { command, query } from './procedure.ts';
import { idempotencyKey, idText, minorUnits, page, pageInput, positiveMinorUnits, shortText, timeMs } from './words.ts';

export const CAMPAIGN_TYPES = ['reverse_airdrop', 'promotional', 'loyalty', 'referral'] as const;
export const campaignType = z.enum(CAMPAIGN_TYPES);
export type CampaignType = z.infer<typeof campaignType>;

export const CAMPAIGN_STATUSES = ['draft', 'active', 'paused', 'completed', 'expired'] as const;
export const campaignStatus = z.enum(CAMPAIGN_STATUSES);
export type CampaignStatus = z.infer<typeof campaignStatus>;

/** Accounts in one batch of grants. */
export const GRANT_BATCH_MAX = 1_000;
const TIERS_MAX = 20;

/** Hundredths of a percent; more than all of it is refused. */
export const basisPoints = z.int().min(1).max(10_000).meta({ description: 'Hundredths of a percent', example: 250 });

export const wholeMinorUnits = minorUnits.refine((text) => !text.startsWith('-'), 'Expected nothing below zero');

/** What credits are kept for: the kind of charge that alone they may pay, such as `placement_fee`. */
export const chargeKind = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'Expected lower case letters, digits and underscores')
  .meta({ example: 'placement_fee' });

/** How much each account of a batch is given. */
export const campaignFormula = z.discriminatedUnion('kind', [
  /** The same to everybody. */
  z.strictObject({ kind: z.literal('fixed_amount'), amountMinor: positiveMinorUnits }),
  /** That part of what the accounts of the batch lost together, shared by what each of them lost. */
  z.strictObject({ kind: z.literal('proportional_loss'), basisPoints }),
  /** The amount of the highest tier that the account's figure reaches. */
  z.strictObject({
    kind: z.literal('tiered'),
    tiers: z
      .array(z.strictObject({ fromMinor: wholeMinorUnits, amountMinor: positiveMinorUnits }))
      .min(1)
      .max(TIERS_MAX),
  }),
]);
export type CampaignFormula = z.infer<typeof campaignFormula>;

export const campaign = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: campaignType,
  status: campaignStatus,
  formula: campaignFormula,
  assetCode: z.string(),
  scale: z.int(),
  budgetMinor: minorUnits,
  /** All it has given: grants, and its share of discounts. What expires unspent does not come off. */
  spentMinor: minorUnits,
  remainingMinor: minorUnits,
  /** Of what it gave, what came back: credits that expired, grants and charges that were reversed. */
  returnedMinor: minorUnits,
  /** The most that one account gets of it. */
  accountCapMinor: minorUnits,
  grants: z.int(),
  /** The kind of charge that its credits are kept for; null where they pay any. */
  keptFor: z.string().nullable(),
  /** Its credits expire so many days after they were granted; null where they do not. */
  creditsLastDays: z.int().nullable(),
  endsAtMs: timeMs.nullable(),
  createdAtMs: timeMs,
  createdBy: z.string(),
  updatedAtMs: timeMs,
});
export type Campaign = z.infer<typeof campaign>;

export const campaignGrant = z.strictObject({
  id: z.string(),
  accountId: z.string(),
  name: z.string(),
  reference: z.string(),
  amountMinor: minorUnits,
  /** The figure of the account that the formula looked at. */
  basisMinor: minorUnits.nullable(),
  lotId: z.string(),
  /** What is left of its credits. */
  remainingMinor: minorUnits,
  grantedAtMs: timeMs,
});
export type CampaignGrant = z.infer<typeof campaignGrant>;

export const grantOutcome = z.strictObject({
  accountId: z.string(),
  /** `repeated`: it was given this before. `nothing`: the formula comes to nothing for it. */
  outcome: z.enum(['granted', 'repeated', 'nothing']),
  amountMinor: minorUnits,
  lotId: z.string().nullable(),
});

const TAGS = ['campaigns'];
const WRITERS = ['operator', 'admin'] as const;
const BASE = '/admin/billing/campaigns';

export const campaigns = {
  list: query('staff', { service: true })
    .route({ method: 'GET', path: BASE, tags: TAGS, summary: 'Campaigns, newest first' })
    .input(
      z.strictObject({
        ...pageInput,
        status: campaignStatus.optional(),
        type: campaignType.optional(),
        q: z.string().max(200).optional(),
      }),
    )
    .output(page(campaign)),

  get: query('staff', { service: true })
    .route({ method: 'GET', path: `${BASE}/{id}`, tags: TAGS, summary: 'One campaign' })
    .input(z.strictObject({ id: idText }))
    .output(campaign),

  grants: query('staff', { service: true })
    .route({
      method: 'GET',
      path: `${BASE}/{id}/grants`,
      tags: TAGS,
      summary: 'The grants of a campaign, newest first',
    })
    .input(z.strictObject({ ...pageInput, id: idText }))
    .output(page(campaignGrant)),

  /** A draft: it gives nothing before it is activated. */
  create: command(WRITERS, 'campaign.create', { service: true })
    .route({ method: 'POST', path: BASE, tags: TAGS, summary: 'Create a campaign as a draft' })
    .input(
      z.strictObject({
        name: shortText,
        type: campaignType,
        formula: campaignFormula,
        budgetMinor: positiveMinorUnits,
        /** The whole budget unless said otherwise. */
        accountCapMinor: positiveMinorUnits.optional(),
        keptFor: chargeKind.optional(),
        creditsLastDays: z.int().min(1).max(3_650).optional(),
        endsAtMs: timeMs.optional(),
        idempotencyKey: idempotencyKey.optional(),
      }),
    )
    .output(campaign),

  /** Also takes up a paused one again. */
  activate: command(WRITERS, 'campaign.activate')
    .route({
      method: 'POST',
      path: `${BASE}/{id}/activate`,
      tags: TAGS,
      summary: 'Let a draft or paused campaign give',
    })
    .input(z.strictObject({ id: idText }))
    .output(campaign),

  pause: command(WRITERS, 'campaign.pause')
    .route({
      method: 'POST',
      path: `${BASE}/{id}/pause`,
      tags: TAGS,
      summary: 'Stop a campaign from giving for a while',
    })
    .input(z.strictObject({ id: idText }))
    .output(campaign),

  complete: command(WRITERS, 'campaign.complete')
    .route({ method: 'POST', path: `${BASE}/{id}/complete`, tags: TAGS, summary: 'End a campaign for good' })
    .input(z.strictObject({ id: idText }))
    .output(campaign),

  /** All of the batch or nothing of it. An account that was granted before is given its first grant again. */
  grantBatch: command(WRITERS, 'campaign.grant', { service: true })
    .route({
      method: 'POST',
      path: `${BASE}/{id}/grants/batch`,
      tags: TAGS,
      summary: `Grant credits to up to ${GRANT_BATCH_MAX} accounts`,
    })
    .input(
      z.strictObject({
        id: idText,
        grants: z
          .array(
            z
              .strictObject({
                /** The payee whose credits they become, by id or by your own reference. */
                accountId: idText.optional(),
                reference: shortText.optional(),
                /** What the account lost, or the figure that tiers go by; a fixed amount needs none. */
                basisMinor: wholeMinorUnits.optional(),
              })
              .refine(
                ({ accountId, reference }) => (accountId === undefined) !== (reference === undefined),
                'Expected either accountId or reference',
              ),
          )
          .min(1)
          .max(GRANT_BATCH_MAX),
      }),
    )
    .output(
      z.strictObject({
        granted: z.int(),
        repeated: z.int(),
        nothing: z.int(),
        /** Of those granted now. */
        totalMinor: minorUnits,
        grants: z.array(grantOutcome),
        campaign,
      }),
    ),
};
