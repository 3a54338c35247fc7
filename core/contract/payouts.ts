import { z } from 'zod';
import { callTerms } from './contract-calls.ts';
import { feeTold } from './fees.ts';
import { memo, railName } from './payees.ts';
import { paymentMethod, payoutSource } from './policy-terms.ts';
import { command, query } from './procedure.ts';
import {
  assetIdText,
  hex,
  idempotencyKey,
  idText,
  minorUnits,
  page,
  pageInput,
  positiveMinorUnits,
  reason,
  shortText,
  timeMs,
} from './words.ts';

export const PAYOUT_STATUSES = [
  'pending',
  'approved',
  'processing',
  'completed',
  'failed',
  'quarantined',
  'cancelled',
] as const;
export const payoutStatus = z.enum(PAYOUT_STATUSES);
export type PayoutStatus = z.infer<typeof payoutStatus>;

export const payout = z.strictObject({
  id: z.string(),
  reference: z.string(),
  payee: z.strictObject({ id: z.string(), name: z.string(), reference: z.string() }),
  rail: railName,
  destination: z.strictObject({
    id: z.string(),
    address: z.string(),
    memo: memo.nullable(),
    extraId: z.string().nullable(),
    currency: z.string().nullable(),
    /** The name that the address was found by. */
    federation: z.string().nullable(),
  }),
  assetId: z.string(),
  assetCode: z.string(),
  scale: z.int(),
  amountMinor: minorUnits,
  status: payoutStatus,
  /** True once the provider's own record has been matched and settled. */
  settled: z.boolean(),
  revision: z.int(),
  version: z.int(),
  requestedBy: z.string(),
  failedReason: z.string().nullable(),
  /** Where a quarantined payout came from. */
  statusBefore: payoutStatus.nullable(),
  funding: z.enum(['direct', 'balance']),
  /** How often it was tried with a known outcome. */
  attempts: z.int(),
  dueAtMs: timeMs.nullable(),
  statementId: z.string().nullable(),
  /** What asked for it. */
  source: payoutSource,
  /** How the rail pays it. */
  method: paymentMethod,
  /** Of a claimable balance: from when after its creation the treasury may take it back, in seconds. */
  reclaimAfterS: z.int().nullable(),
  /** Of a contract call: which contract is called, and how. */
  call: callTerms.nullable(),
  /** The provider's name for the payment, once there is one. */
  providerReference: z.string().nullable(),
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
  processedAtMs: timeMs.nullable(),
  /** Who has approved this revision, and how many must. */
  approvals: z.strictObject({
    given: z.array(z.strictObject({ staffId: z.string(), name: z.string(), atMs: timeMs })),
    needed: z.int(),
    /** Why nobody can approve it as things are. */
    blocked: z.strictObject({ code: z.enum(['no_match', 'denied', 'nobody_eligible']), why: z.string() }).nullable(),
  }),
  /** Whether the person asking may approve it now, and if not, why. */
  canApprove: z.boolean(),
  whyNot: z.string().nullable(),
});
export type Payout = z.infer<typeof payout>;

/**
 * - `open`       on the network, until the payee takes it, or the treasury takes it back.
 * - `claimed`    the payee has it.
 * - `reclaimed`  the treasury has it back; it is owed to the payee again.
 * - `gone`       no longer there, and nobody who was asked can say who has it.
 */
export const CLAIM_STATES = ['open', 'claimed', 'reclaimed', 'gone'] as const;
export const claimState = z.enum(CLAIM_STATES);
export type ClaimState = z.infer<typeof claimState>;

/** What was set aside on the network for a payee to claim. Times are those of its ledgers. */
export const claim = z.strictObject({
  balanceId: z.string(),
  state: claimState,
  createdAtMs: timeMs,
  reclaimableFromMs: timeMs,
  endedAtMs: timeMs.nullable(),
  /** Of the transaction that ended it. */
  hash: z.string().nullable(),
  lookedAtMs: timeMs,
});
export type Claim = z.infer<typeof claim>;

const HOUR_S = 60 * 60;

/** A payee gets an hour at the least to claim, and the treasury has its money back within a year. */
export const reclaimAfterS = z.coerce
  .number()
  .int()
  .min(HOUR_S)
  .max(366 * 24 * HOUR_S);

export const ONWARD_STATES = ['none', 'pending', 'in_transit', 'paid', 'failed', 'cancelled', 'unknown'] as const;

/** What became of it after it reached the payee's account at the provider: on to their bank. `none` before that begins. */
export const onwardPayment = z.strictObject({
  reference: z.string().nullable(),
  status: z.enum(ONWARD_STATES),
  message: z.string().nullable(),
  arrivesAtMs: timeMs.nullable(),
  changedAtMs: timeMs,
  askedAtMs: timeMs,
});
export type OnwardPayment = z.infer<typeof onwardPayment>;

export const timelineEntry = z.strictObject({
  atMs: timeMs,
  action: z.string(),
  outcome: z.enum(['done', 'refused']),
  actor: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const payouts = {
  list: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/payouts', tags: ['payouts'], summary: 'Payouts, newest first' })
    .input(
      z.strictObject({
        ...pageInput,
        status: payoutStatus.optional(),
        rail: railName.optional(),
        payee: idText.optional(),
        /** Created at or after, and before. */
        from: z.coerce.number().int().min(0).optional(),
        to: z.coerce.number().int().min(0).optional(),
        q: z.string().max(200).optional(),
        importId: idText.optional(),
        statementId: idText.optional(),
      }),
    )
    .output(page(payout)),

  get: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/payouts/{id}', tags: ['payouts'], summary: 'One payout with its timeline' })
    .input(z.strictObject({ id: idText }))
    .output(
      payout.extend({
        timeline: z.array(timelineEntry),
        /** Nothing on rails that do not tell, and before it is settled. */
        onward: onwardPayment.nullable(),
        ruleInWords: z.string(),
        /** Of a payout that was paid as a claimable balance. */
        claim: claim.nullable(),
        /** Why an approved payout does not start yet, though it is due; or one that has started does not get on. */
        held: z
          .strictObject({
            code: z.enum(['limit', 'test_payment', 'unweighed', 'unanswered']),
            why: z.string(),
            freesAtMs: timeMs.nullable(),
          })
          .nullable(),
      }),
    ),

  /** What the provider says that paying it would cost. Asked of it once for as long as its answer holds. */
  estimate: query('staff')
    .input(z.strictObject({ id: idText }))
    .output(feeTold),

  request: command(['operator'], 'payout.request', { service: true })
    .route({ method: 'POST', path: '/api/payouts', tags: ['payouts'], summary: 'Request a payout' })
    .input(
      z.strictObject({
        reference: shortText,
        payeeId: idText,
        destinationId: idText,
        assetId: assetIdText,
        amountMinor: positiveMinorUnits,
        idempotencyKey,
        /** `balance` pays what is owed already; `direct` (the default) makes the debt with the request. */
        funding: z.enum(['direct', 'balance']).optional(),
        dueAtMs: timeMs.optional(),
        statementId: idText.optional(),
        /** As the treasury usually pays to such an address, unless said otherwise. */
        method: paymentMethod.extract(['payment', 'contract_call']).optional(),
      }),
    )
    .output(payout),

  /**
   * Raises the revision and voids what was approved. Only while it is pending; the way it is paid may
   * be changed of an approved one, too, which goes back to pending by that.
   */
  edit: command(['operator'], 'payout.edit', { service: true })
    .route({ method: 'PATCH', path: '/api/payouts/{id}', tags: ['payouts'], summary: 'Edit a pending payout' })
    .input(
      z.strictObject({
        id: idText,
        /** The version that was looked at. */
        version: z.coerce.number().int().min(1),
        reference: shortText.optional(),
        destinationId: idText.optional(),
        assetId: assetIdText.optional(),
        amountMinor: positiveMinorUnits.optional(),
        dueAtMs: timeMs.nullable().optional(),
        method: paymentMethod.optional(),
        /** Of a claimable balance; thirty days unless said otherwise. */
        reclaimAfterS: reclaimAfterS.optional(),
      }),
    )
    .output(payout),

  cancel: command(['operator', 'approver', 'controller'], 'payout.cancel', { service: true })
    .route({ method: 'POST', path: '/api/payouts/{id}/cancel', tags: ['payouts'], summary: 'Cancel before it is paid' })
    .input(z.strictObject({ id: idText, reason }))
    .output(payout),

  retry: command(['operator', 'controller'], 'payout.retry', { service: true })
    .route({
      method: 'POST',
      path: '/api/payouts/{id}/retry',
      tags: ['payouts'],
      summary: 'Ask for a failed payout again',
    })
    .input(z.strictObject({ id: idText, reason }))
    .output(payout),

  /** Sets it aside until two people have resolved it. */
  quarantine: command(['operator', 'approver', 'controller'], 'payout.quarantine')
    .route({
      method: 'POST',
      path: '/api/payouts/{id}/quarantine',
      tags: ['payouts'],
      summary: 'Set aside what does not fit',
    })
    .input(z.strictObject({ id: idText, reason }))
    .output(payout),

  /** One person's signature for resolving a quarantine; the second carries it out. */
  resolve: command(['approver', 'controller', 'admin'], 'payout.resolve', { secondFactor: true })
    .route({
      method: 'POST',
      path: '/api/payouts/{id}/resolutions',
      tags: ['payouts'],
      summary: 'A signed resolution made by a person’s own key',
    })
    .input(z.strictObject({ id: idText, statement: z.string().max(16_384), signature: hex(64) }))
    .output(z.strictObject({ signatures: z.int(), needed: z.int(), done: z.boolean() })),
};
