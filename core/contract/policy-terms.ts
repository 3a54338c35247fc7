/**
 * An approval policy as data: what is proposed, signed, kept and shown. Ordered rules, of which the
 * first that matches decides; when none matches, the payout is refused.
 */
import { z } from 'zod';
import { contractAddress } from './contract-calls.ts';
import { railName, tag } from './payees.ts';
import { assetIdText, groupName, positiveMinorUnits, role, shortText } from './words.ts';

const HOUR_MS = 60 * 60 * 1000;

/** What asked for a payout. */
export const PAYOUT_SOURCES = ['person', 'file', 'schedule', 'api', 'campaign'] as const;
export const payoutSource = z.enum(PAYOUT_SOURCES);
export type PayoutSource = z.infer<typeof payoutSource>;

/** How an amount reaches its payee; all but `payment` are Stellar's. Another way changes what was approved. */
export const PAYMENT_METHODS = ['payment', 'create_account', 'claimable_balance', 'contract_call'] as const;
export const paymentMethod = z.enum(PAYMENT_METHODS);
export type PaymentMethod = z.infer<typeof paymentMethod>;

/** The worse of what was found about the payee and about the destination; `none`: nobody asked. */
export const SCREENING_OUTCOMES = ['clear', 'hit', 'error', 'none'] as const;
export const screeningOutcome = z.enum(SCREENING_OUTCOMES);
export type ScreeningOutcome = z.infer<typeof screeningOutcome>;

/** From and below are about the largest of three: this payout, and the sums of 24 hours to the payee and to the address. */
export const amountRange = z
  .strictObject({
    assetId: assetIdText,
    fromMinor: positiveMinorUnits.optional(),
    belowMinor: positiveMinorUnits.optional(),
  })
  .refine(
    ({ fromMinor, belowMinor }) =>
      fromMinor === undefined || belowMinor === undefined || BigInt(fromMinor) < BigInt(belowMinor),
    'From is not below below',
  );

/** Every condition that is there must hold; a list holds when one of its items does. */
export const policyCondition = z.strictObject({
  rails: z.array(railName).min(1).max(10).optional(),
  assets: z.array(assetIdText).min(1).max(100).optional(),
  /** Only payouts in one of these assets match, and only within its range. */
  amounts: z.array(amountRange).min(1).max(50).optional(),
  payeeTags: z.array(tag).min(1).max(50).optional(),
  /** Confirmed less long ago than this, or not confirmed yet. */
  destinationYoungerThanMs: z
    .int()
    .min(HOUR_MS)
    .max(366 * 24 * HOUR_MS)
    .optional(),
  sources: z.array(payoutSource).min(1).max(PAYOUT_SOURCES.length).optional(),
  methods: z.array(paymentMethod).min(1).max(PAYMENT_METHODS.length).optional(),
  screening: z.array(screeningOutcome).min(1).max(SCREENING_OUTCOMES.length).optional(),
  /** Whether the address begins and ends like a known, different one. */
  lookAlike: z.boolean().optional(),
  /** Whether nothing was ever paid to the payee. */
  firstPayment: z.boolean().optional(),
});
export type PolicyCondition = z.infer<typeof policyCondition>;

/** N people of those named by role or by group. Steps come one after the other. */
export const approvalStep = z
  .strictObject({
    approvals: z.int().min(1).max(10),
    roles: z.array(role).min(1).max(6).optional(),
    groups: z.array(groupName).min(1).max(20).optional(),
    /** Whoever has one of these roles too does not count. */
    exceptRoles: z.array(role).min(1).max(6).optional(),
    /** False: who approved in an earlier step counts here as well. True unless said otherwise. */
    distinct: z.boolean().optional(),
  })
  .refine(({ roles, groups }) => roles !== undefined || groups !== undefined, 'A step asks a role or a group');
export type ApprovalStep = z.infer<typeof approvalStep>;

export const approvalAsk = z.strictObject({
  steps: z.array(approvalStep).min(1).max(5),
  /** How long an approval lasts; 72 hours unless said otherwise. */
  validForMs: z
    .int()
    .min(HOUR_MS)
    .max(30 * 24 * HOUR_MS)
    .optional(),
  /** Nothing above these is paid before something was paid to the same address; up to them it is the test. */
  testPayment: z
    .array(z.strictObject({ assetId: assetIdText, upToMinor: positiveMinorUnits }))
    .min(1)
    .max(50)
    .optional(),
});
export type ApprovalAsk = z.infer<typeof approvalAsk>;

export const policyRule = z
  .strictObject({
    /** What approvals name it by. */
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Expected small letters, digits and hyphens'),
    name: shortText,
    when: policyCondition,
    ask: approvalAsk.optional(),
    deny: z.strictObject({ reason: shortText }).optional(),
  })
  .refine(({ ask, deny }) => (ask === undefined) !== (deny === undefined), 'A rule either asks or denies');
export type PolicyRule = z.infer<typeof policyRule>;

/** What may start within 24 hours; more waits until enough of it is that long ago. */
export const velocityLimit = z
  .strictObject({
    /** Of the whole vault, of each rail, or of each payee. */
    per: z.enum(['vault', 'rail', 'payee']),
    rails: z.array(railName).min(1).max(10).optional(),
    assetId: assetIdText,
    perDayMinor: positiveMinorUnits,
  })
  .refine(({ per, rails }) => rails === undefined || per === 'rail', 'Only a limit per rail names rails');
export type VelocityLimit = z.infer<typeof velocityLimit>;

export const policyTerms = z.strictObject({
  rules: z
    .array(policyRule)
    .min(1)
    .max(50)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'Two rules have one id'),
  limits: z.array(velocityLimit).max(50),
  /** Whether whoever signs a payment must be somebody who neither asked for it nor approved it. */
  separateSigner: z.boolean(),
  /** Contracts whose calls a device may sign though it cannot show them. None unless named. */
  blindSigning: z.array(contractAddress).min(1).max(20).optional(),
});
export type PolicyTerms = z.infer<typeof policyTerms>;
