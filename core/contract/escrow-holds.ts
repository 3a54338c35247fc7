/** What a payee is owed for a placement, set aside until the placement is settled. */
import { z } from 'zod';
import { command, query } from './procedure.ts';
import { day, placementId } from './schedules.ts';
import {
  assetIdText,
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

export const ESCROW_STATUSES = ['active', 'released', 'cancelled'] as const;
export const escrowStatus = z.enum(ESCROW_STATUSES);
export type EscrowStatus = z.infer<typeof escrowStatus>;

export const escrowHold = z.strictObject({
  id: z.string(),
  reference: z.string(),
  placementId: z.string(),
  guaranteeCompletionDate: z.string().nullable(),
  payee: z.strictObject({ id: z.string(), name: z.string(), reference: z.string() }),
  assetId: z.string(),
  assetCode: z.string(),
  scale: z.int(),
  amountMinor: minorUnits,
  /** Nothing: only a person releases it. */
  releaseAtMs: timeMs.nullable(),
  onGuarantee: z.boolean(),
  status: escrowStatus,
  version: z.int(),
  closedAtMs: timeMs.nullable(),
  closedBy: z.string().nullable(),
  closeReason: z.string().nullable(),
  createdBy: z.string(),
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
});
export type EscrowHold = z.infer<typeof escrowHold>;

const TAGS = ['escrow holds'];
const KEEPERS = ['operator', 'controller'] as const;

export const escrowHolds = {
  list: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/escrow-holds', tags: TAGS, summary: 'Escrow holds, newest first' })
    .input(
      z.strictObject({
        ...pageInput,
        status: escrowStatus.optional(),
        placement: placementId.optional(),
        payee: idText.optional(),
        q: z.string().max(200).optional(),
      }),
    )
    .output(page(escrowHold)),

  get: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/escrow-holds/{id}', tags: TAGS, summary: 'One escrow hold' })
    .input(z.strictObject({ id: idText }))
    .output(escrowHold),

  /** No more than the payee is owed in that asset. */
  create: command(['operator'], 'escrow-hold.create', { service: true })
    .route({ method: 'POST', path: '/api/escrow-holds', tags: TAGS, summary: 'Set aside what a payee is owed' })
    .input(
      z.strictObject({
        reference: shortText,
        placementId,
        payeeId: idText,
        assetId: assetIdText,
        amountMinor: positiveMinorUnits,
        /** Neither a time nor the guarantee: only a person releases it. */
        releaseAtMs: timeMs.optional(),
        onGuarantee: z.boolean().optional(),
        guaranteeCompletionDate: day.optional(),
        idempotencyKey,
      }),
    )
    .output(escrowHold),

  edit: command(['operator'], 'escrow-hold.edit', { service: true })
    .route({
      method: 'PATCH',
      path: '/api/escrow-holds/{id}',
      tags: TAGS,
      summary: 'Change when an active hold is released',
    })
    .input(
      z.strictObject({
        id: idText,
        /** The version that was looked at. */
        version: z.coerce.number().int().min(1),
        reference: shortText.optional(),
        releaseAtMs: timeMs.nullable().optional(),
        onGuarantee: z.boolean().optional(),
      }),
    )
    .output(escrowHold),

  delete: command(['operator'], 'escrow-hold.delete', { service: true })
    .route({
      method: 'DELETE',
      path: '/api/escrow-holds/{id}',
      tags: TAGS,
      summary: 'Take a hold that has ended off the list',
    })
    .input(z.strictObject({ id: idText, reason }))
    .output(z.strictObject({})),

  /** The amount goes back to the payee, to whom it is owed. */
  release: command(KEEPERS, 'escrow-hold.release')
    .route({
      method: 'POST',
      path: '/api/escrow-holds/{id}/release',
      tags: TAGS,
      summary: 'Give the amount back to the payee',
    })
    .input(z.strictObject({ id: idText, reason }))
    .output(escrowHold),

  /** The amount was never owed after all. */
  cancel: command(KEEPERS, 'escrow-hold.cancel')
    .route({ method: 'POST', path: '/api/escrow-holds/{id}/cancel', tags: TAGS, summary: 'The amount was never owed' })
    .input(z.strictObject({ id: idText, reason }))
    .output(escrowHold),

  processDue: command(['operator', 'controller', 'admin'], 'escrow-hold.process-due', { service: true })
    .route({
      method: 'POST',
      path: '/api/escrow-holds/process-due',
      tags: TAGS,
      summary: 'Release the holds that are due, up to 1,000 of them',
    })
    .output(z.strictObject({ released: z.int(), more: z.boolean() })),

  ofPlacement: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/placements/{placementId}/escrow-holds',
      tags: ['placements'],
      summary: 'Its escrow holds',
    })
    .input(z.strictObject({ placementId, ...pageInput }))
    .output(page(escrowHold)),

  activeOfPlacement: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/placements/{placementId}/escrow-holds/active',
      tags: ['placements'],
      summary: 'Its active escrow holds',
    })
    .input(z.strictObject({ placementId, ...pageInput }))
    .output(page(escrowHold)),

  totalOfPlacement: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/placements/{placementId}/escrow-holds/total',
      tags: ['placements'],
      summary: 'What its active holds come to, per asset',
    })
    .input(z.strictObject({ placementId }))
    .output(
      z.array(
        z.strictObject({
          assetId: z.string(),
          assetCode: z.string(),
          scale: z.int(),
          amountMinor: minorUnits,
          holds: z.int(),
        }),
      ),
    ),
};
