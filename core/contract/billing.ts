/** What members have in credits, and what they pay with them. */
import { z } from 'zod';
import { chargeKind } from './campaigns.ts';
import { discountOutcome } from './discounts.ts';
import { lot } from './ledger-records.ts';
import { command, query } from './procedure.ts';
import { idempotencyKey, idText, minorUnits, positiveMinorUnits, reason, shortText, timeMs } from './words.ts';

export const charge = z.strictObject({
  id: z.string(),
  accountId: z.string(),
  kind: z.string(),
  reference: z.string(),
  assetCode: z.string(),
  scale: z.int(),
  amountMinor: minorUnits,
  discountMinor: minorUnits,
  /** What was taken from the member's credits. */
  paidMinor: minorUnits,
  /** Of the discount, what campaigns pay. */
  fundedMinor: minorUnits,
  /** The rules that gave something. */
  discounts: z.array(
    z.strictObject({
      ruleId: z.string(),
      name: z.string(),
      basisPoints: z.int(),
      amountMinor: minorUnits,
      campaignId: z.string().nullable(),
    }),
  ),
  /** The ledger transaction; null where there was nothing to pay. */
  transactionId: z.string().nullable(),
  /** The ledger transaction was reversed: the credits were given back. */
  returned: z.boolean(),
  atMs: timeMs,
});
export type Charge = z.infer<typeof charge>;

export const creditAccountView = z.strictObject({
  /** The payee's id. */
  id: z.string(),
  name: z.string(),
  reference: z.string(),
  status: z.enum(['active', 'closed']),
  /** What memberships are told by. */
  tags: z.array(z.string()),
  assetCode: z.string(),
  scale: z.int(),
  balanceMinor: minorUnits,
  /** What may still be minted by hand within a day. */
  mintableMinor: minorUnits,
  /** With something left, in the order they are spent; the first hundred. */
  lots: z.array(lot),
  grants: z.array(
    z.strictObject({ campaignId: z.string(), name: z.string(), amountMinor: minorUnits, grantedAtMs: timeMs }),
  ),
  /** The newest fifty. */
  charges: z.array(charge),
});
export type CreditAccountView = z.infer<typeof creditAccountView>;

const TAGS = ['credits'];
const WRITERS = ['operator', 'admin'] as const;

export const billing = {
  account: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/admin/billing/accounts/{id}',
      tags: TAGS,
      summary: 'The credits of a member, with their lots, grants and charges',
    })
    .input(z.strictObject({ id: idText }))
    .output(creditAccountView),

  mint: command(WRITERS, 'credits.mint-by-hand', { service: true })
    .route({
      method: 'POST',
      path: '/admin/billing/accounts/{id}/mint',
      tags: TAGS,
      summary: 'Mint credits by hand, up to a cap for each account and day',
    })
    .input(
      z.strictObject({
        id: idText,
        amountMinor: positiveMinorUnits,
        reason,
        /** The kind of charge that alone they may pay. */
        keptFor: chargeKind.optional(),
        expiresAtMs: timeMs.optional(),
        idempotencyKey,
      }),
    )
    .output(
      z.strictObject({
        lotId: z.string(),
        transactionId: z.string(),
        /** The key was used before: nothing was minted now. */
        replayed: z.boolean(),
        balanceMinor: minorUnits,
      }),
    ),

  charge: command(WRITERS, 'charge.make', { service: true })
    .route({
      method: 'POST',
      path: '/admin/billing/accounts/{id}/charges',
      tags: TAGS,
      summary: 'Have a member pay a fee from credits, less the discounts that apply',
    })
    .input(
      z.strictObject({
        id: idText,
        kind: chargeKind,
        amountMinor: positiveMinorUnits,
        reference: shortText,
        /** What the member was told to pay; refused when it has become another amount. */
        expectedMinor: minorUnits.optional(),
        idempotencyKey,
      }),
    )
    .output(charge.extend({ outcomes: z.array(discountOutcome) })),
};
