/** Reading, checking and trying out approval policies. Changing one is an act of two admins. */
import { z } from 'zod';
import { railName, tag } from './payees.ts';
import { paymentMethod, payoutSource, policyTerms, screeningOutcome } from './policy-terms.ts';
import { query } from './procedure.ts';
import { assetIdText, idText, minorUnits, page, pageInput, positiveMinorUnits, timeMs } from './words.ts';

export const POLICY_PRESETS = ['two-person', 'separated', 'strict'] as const;
export const policyPreset = z.enum(POLICY_PRESETS);
export type PolicyPreset = z.infer<typeof policyPreset>;

export const FINDING_CODES = [
  /** An earlier rule decides about everything that this one matches. */
  'unreachable',
  /** A step asks for more people than there are now. */
  'nobody_eligible',
  'too_few_people',
  /** As many people as are asked for, and one of them asks for the payout. */
  'nobody_to_spare',
  /** Payouts that no rule decides about: they are refused. */
  'gap',
  /** What a rule, step or limit names is not there. */
  'unknown_asset',
  'unknown_group',
  /** A first payment could never be made: the test itself would need a test. */
  'no_test_possible',
  'limit_below_minimum',
  /** Nobody would be left to sign. */
  'no_signer',
] as const;

export const policyFinding = z.strictObject({
  /** An error keeps the policy from being put in force. */
  level: z.enum(['error', 'warning']),
  code: z.enum(FINDING_CODES),
  /** Null where it is about the policy as a whole. */
  ruleId: z.string().nullable(),
  /** From 0, where it is about one step of the rule. */
  step: z.int().nullable(),
  message: z.string(),
});
export type PolicyFinding = z.infer<typeof policyFinding>;

/** The same policy in plain words, in its order. */
export const policyInWords = z.strictObject({
  rules: z.array(z.strictObject({ id: z.string(), name: z.string(), text: z.string() })),
  limits: z.array(z.string()),
  signing: z.string(),
});
export type PolicyInWords = z.infer<typeof policyInWords>;

export const policyVersion = z.strictObject({
  version: z.int(),
  inForce: z.boolean(),
  createdAtMs: timeMs,
  /** The name of the person whose signature put it in force. */
  createdBy: z.string(),
  /** SHA-256 of its canonical text; approvals name it. */
  hash: z.string(),
  terms: policyTerms,
  inWords: policyInWords,
});
export type PolicyVersion = z.infer<typeof policyVersion>;

const personOf = z.strictObject({ id: z.string(), name: z.string() });

/** A payout there might be. What is left out is as harmless as it can be. */
export const hypotheticalPayout = z.strictObject({
  /** Gives tags, earlier sums and whether it would be the first payment. */
  payeeId: idText.optional(),
  /** Gives the rail, its age, screening and look-alike. */
  destinationId: idText.optional(),
  tags: z.array(tag).max(20).optional(),
  rail: railName.optional(),
  assetId: assetIdText,
  amountMinor: positiveMinorUnits,
  source: payoutSource.optional(),
  method: paymentMethod.optional(),
  destinationAgeMs: z.int().min(0).optional(),
  screening: screeningOutcome.optional(),
  lookAlike: z.boolean().optional(),
  firstPayment: z.boolean().optional(),
  /** Whoever asks for it; they do not approve it. The person who is trying, unless another is named. */
  requestedBy: idText.optional(),
});
export type HypotheticalPayout = z.infer<typeof hypotheticalPayout>;

export const stepInWords = z.strictObject({ approvals: z.int(), text: z.string(), eligible: z.array(personOf) });

export const limitState = z.strictObject({
  text: z.string(),
  usedMinor: minorUnits,
  leftMinor: minorUnits,
  /** Whether the payout would have to wait, and until when; null where it would never fit. */
  waits: z.boolean(),
  freesAtMs: timeMs.nullable(),
});

export const policyTrial = z.strictObject({
  outcome: z.enum(['asks', 'denied', 'no_match']),
  ruleId: z.string().nullable(),
  /** The rule in words, or why nothing would be paid. */
  text: z.string(),
  /** The amount the rules were asked about: the payout, or what it adds up to within 24 hours. */
  decidedOnMinor: minorUnits,
  steps: z.array(stepInWords),
  /** Set where the rule asks and nobody could answer. */
  blocked: z.string().nullable(),
  limits: z.array(limitState),
  /** Whether a test payment has to come first. */
  testPaymentFirst: z.boolean(),
});
export type PolicyTrial = z.infer<typeof policyTrial>;

export const policies = {
  current: query('staff')
    .route({ method: 'GET', path: '/api/policies/current', tags: ['policies'], summary: 'The policy in force' })
    .output(policyVersion.extend({ findings: z.array(policyFinding) })),

  versions: query('staff')
    .route({ method: 'GET', path: '/api/policies', tags: ['policies'], summary: 'Every version, newest first' })
    .input(z.strictObject({ ...pageInput }))
    .output(page(policyVersion)),

  presets: query('staff')
    .route({ method: 'GET', path: '/api/policies/presets', tags: ['policies'], summary: 'Policies to begin with' })
    .output(
      z.array(z.strictObject({ preset: policyPreset, about: z.string(), terms: policyTerms, inWords: policyInWords })),
    ),

  /** What is wrong or odd with these terms, and what putting them in force would void. */
  check: query('staff')
    .route({
      method: 'POST',
      path: '/api/policies/check',
      tags: ['policies'],
      summary: 'Check a policy before proposing it',
    })
    .input(z.strictObject({ terms: policyTerms }))
    .output(
      z.strictObject({
        inWords: policyInWords,
        findings: z.array(policyFinding),
        /** Waiting payouts that would need their approvals anew, and how many of them are approved already. */
        touches: z.strictObject({ pending: z.int(), approved: z.int() }),
      }),
    ),

  /** What would this payout need? Under the policy in force, or under the terms given. */
  trial: query('staff')
    .route({ method: 'POST', path: '/api/policies/trial', tags: ['policies'], summary: 'What would this payout need?' })
    .input(z.strictObject({ payout: hypotheticalPayout, terms: policyTerms.optional() }))
    .output(policyTrial),
};
