/**
 * What an approver signs: everything that makes the payout this payout, what was known of it, and
 * the rule it was judged by. The desk reads the text it is given by this schema and shows all of
 * it; a text with anything else in it is not signed.
 */
import { z } from 'zod';
import { callTerms } from './contract-calls.ts';
import { memo, railName } from './payees.ts';
import { paymentMethod, payoutSource, screeningOutcome } from './policy-terms.ts';
import { groupName, hex, minorUnits, role, timeMs } from './words.ts';

/** Null where nobody asked. `listHash` is SHA-256 of the list that was asked. */
const screened = z
  .strictObject({ status: z.enum(['clear', 'hit', 'error']), list: z.string(), listHash: z.string() })
  .nullable();

const fields = z.strictObject({
  what: z.literal('countersign payout approval v2'),
  vault: z.string(),
  network: z.string(),
  payout: z.string(),
  revision: z.int(),
  reference: z.string(),
  payee: z.strictObject({ id: z.string(), name: z.string(), reference: z.string() }),
  rail: railName,
  /** How the rail pays it. */
  method: paymentMethod,
  /** Of a claimable balance, and only there: from when after its creation the treasury may take it back, in seconds. */
  reclaimAfterS: z.int().positive().exactOptional(),
  /** Of a contract call, and only there: which contract is called, and how. */
  call: callTerms.exactOptional(),
  destination: z.strictObject({
    id: z.string(),
    rail: railName,
    address: z.string(),
    memo: memo.nullable(),
    extraId: z.string().nullable(),
    currency: z.string().nullable(),
    /** The name that the address was found by, where it was. */
    federation: z.string().exactOptional(),
  }),
  asset: z.strictObject({
    id: z.string(),
    code: z.string(),
    scale: z.int().min(0).max(18),
    network: z.string().nullable(),
    issuer: z.string().nullable(),
  }),
  amountMinor: minorUnits,
  dueAtMs: timeMs.nullable(),
  /** Who requested, imported, edited or retried it, in the order of their ids; none of them approves it. */
  askedBy: z.array(z.strictObject({ id: z.string(), name: z.string() })).min(1),
  /** As they were when the statement was made; the policy is asked about these again before anything is paid. */
  facts: z.strictObject({
    source: payoutSource,
    /** What goes to the payee, and to the address, within 24 hours, this payout included. */
    toPayeeMinor: minorUnits,
    toAddressMinor: minorUnits,
    payeeTags: z.array(z.string()),
    destinationConfirmedAtMs: timeMs.nullable(),
    lookAlike: z.boolean(),
    firstPayment: z.boolean(),
    screening: screeningOutcome,
    screened: z.strictObject({ payee: screened, destination: screened }),
  }),
  policy: z.strictObject({
    version: z.int(),
    /** SHA-256 of the policy's canonical text. */
    hash: hex(32),
    rule: z.string(),
    /** All that the rule asks, and which of its steps this approval is for, from 0. */
    steps: z.array(
      z.strictObject({
        approvals: z.int(),
        roles: z.array(role),
        groups: z.array(groupName),
        exceptRoles: z.array(role),
        distinct: z.boolean(),
      }),
    ),
    validForMs: z.int(),
    step: z.int(),
  }),
  approver: z.strictObject({ id: z.string(), publicKey: hex(32) }),
  statedAtMs: timeMs,
  expiresAtMs: timeMs,
});

/** A way of paying stands there with its own terms, and with no other's. */
export const approvalStatement = fields.refine(
  ({ method, reclaimAfterS, call }) =>
    (method === 'claimable_balance') === (reclaimAfterS !== undefined) &&
    (method === 'contract_call') === (call !== undefined),
  'The terms are not those of the method',
);
export type ApprovalStatement = z.infer<typeof approvalStatement>;
