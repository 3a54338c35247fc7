import { z } from 'zod';
import { command, query } from './procedure.ts';
import {
  assetIdText,
  idText,
  minorUnits,
  page,
  pageInput,
  positiveMinorUnits,
  reason,
  shortText,
  timeMs,
} from './words.ts';

const day = z.iso.date().meta({ description: 'A day, such as 2026-09-30' });

export const statementLine = z.strictObject({
  description: shortText,
  /** As the statement has it, such as `1204` or `12.5`; for people, nothing is computed from it. */
  quantity: z
    .string()
    .regex(/^-?\d{1,18}(?:\.\d{1,9})?$/, 'Expected a decimal number')
    .nullable(),
  /** A deduction is below zero. */
  amountMinor: minorUnits,
});
export type StatementLine = z.infer<typeof statementLine>;

export const royaltyStatement = z.strictObject({
  id: z.string(),
  reference: z.string(),
  creator: z.strictObject({ id: z.string(), name: z.string(), reference: z.string() }),
  periodFrom: day,
  periodTo: day,
  assetId: z.string(),
  assetCode: z.string(),
  scale: z.int(),
  totalMinor: minorUnits,
  /** Asked for by payouts that name it; failed and cancelled ones do not count. */
  claimedMinor: minorUnits,
  /** Of what is claimed, what is paid. */
  paidMinor: minorUnits,
  remainingMinor: minorUnits,
  status: z.enum(['open', 'deleted']),
  createdAtMs: timeMs,
  createdBy: z.string(),
});
export type RoyaltyStatement = z.infer<typeof royaltyStatement>;

export const newStatement = z.strictObject({
  reference: shortText,
  /** The creator: whom the statement is about. */
  payeeId: idText,
  periodFrom: day,
  periodTo: day,
  assetId: assetIdText,
  lines: z
    .array(statementLine.extend({ quantity: statementLine.shape.quantity.optional() }))
    .min(1)
    .max(10_000),
  /** What the sender's own sum is; refused when the lines say otherwise. */
  totalMinor: positiveMinorUnits.optional(),
});

export const statements = {
  list: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/statements',
      tags: ['statements'],
      summary: 'Royalty statements, newest first',
    })
    .input(
      z.strictObject({
        ...pageInput,
        q: z.string().max(200).optional(),
        payee: idText.optional(),
        /** Those with something left to pay out. */
        open: z.stringbool().or(z.boolean()).optional(),
      }),
    )
    .output(page(royaltyStatement)),

  get: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/statements/{id}',
      tags: ['statements'],
      summary: 'One statement with its lines',
    })
    .input(z.strictObject({ id: idText }))
    .output(royaltyStatement.extend({ lines: z.array(statementLine) })),

  /** The total is owed to the creator from now on. */
  create: command(['operator'], 'statement.create', { service: true })
    .route({ method: 'POST', path: '/api/statements', tags: ['statements'], summary: 'Enter a royalty statement' })
    .input(newStatement)
    .output(royaltyStatement.extend({ lines: z.array(statementLine) })),

  /** All of them or none. */
  import: command(['operator'], 'statement.import')
    .input(z.strictObject({ statements: z.array(newStatement).min(1).max(10_000) }))
    .output(
      z.strictObject({
        created: z.int(),
        totals: z.array(z.strictObject({ assetId: z.string(), totalMinor: minorUnits })),
      }),
    ),

  /**
   * Its payouts stay and name no statement any more; what nobody claimed is no longer owed; its
   * reference is never used again.
   */
  delete: command(['operator', 'controller'], 'statement.delete')
    .input(z.strictObject({ id: idText, reason }))
    .output(z.strictObject({ releasedPayouts: z.int(), withdrawnMinor: minorUnits })),
};
