/** Payouts that are to be requested when their time comes, and the placements some of them wait for. */
import { z } from 'zod';
import { railName } from './payees.ts';
import { command, query } from './procedure.ts';
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

export const SCHEDULE_STATUSES = ['pending', 'processing', 'processed', 'failed', 'cancelled'] as const;
export const scheduleStatus = z.enum(SCHEDULE_STATUSES);
export type ScheduleStatus = z.infer<typeof scheduleStatus>;

/** The customer's own id of a placement; it stands in paths. */
export const placementId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'Expected letters, digits, dots, colons, underscores and hyphens');

export const day = z.iso.date().meta({ description: 'A day, such as 2026-09-30' });

const funding = z.enum(['direct', 'balance']);

export const payoutSchedule = z.strictObject({
  id: z.string(),
  reference: z.string(),
  placementId: z.string().nullable(),
  guaranteeCompletionDate: z.string().nullable(),
  payee: z.strictObject({ id: z.string(), name: z.string(), reference: z.string() }),
  destination: z.strictObject({ id: z.string(), rail: railName, address: z.string() }),
  assetId: z.string(),
  assetCode: z.string(),
  scale: z.int(),
  amountMinor: minorUnits,
  funding,
  dueAtMs: timeMs,
  /** It falls due with the placement's guarantee, and moves with it. */
  onGuarantee: z.boolean(),
  status: scheduleStatus,
  version: z.int(),
  /** Tries to create its payout that were refused; three at most. */
  retryCount: z.int(),
  failureReason: z.string().nullable(),
  lastRetryAtMs: timeMs.nullable(),
  /** The payout it made. */
  payoutId: z.string().nullable(),
  processedAtMs: timeMs.nullable(),
  cancelReason: z.string().nullable(),
  writtenBy: z.strictObject({ id: z.string(), name: z.string() }),
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
});
export type PayoutSchedule = z.infer<typeof payoutSchedule>;

const TAGS = ['payout schedules'];
const filters = {
  status: scheduleStatus.optional(),
  placement: placementId.optional(),
  payee: idText.optional(),
  /** Due at or after, and before. */
  from: z.coerce.number().int().min(0).optional(),
  to: z.coerce.number().int().min(0).optional(),
  q: z.string().max(200).optional(),
};

export const payoutSchedules = {
  list: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/payout-schedules', tags: TAGS, summary: 'Payout schedules, newest first' })
    .input(z.strictObject({ ...pageInput, ...filters }))
    .output(page(payoutSchedule)),

  get: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/payout-schedules/{id}', tags: TAGS, summary: 'One payout schedule' })
    .input(z.strictObject({ id: idText }))
    .output(payoutSchedule),

  /** Its payout's requester is whoever writes it, and that person cannot approve it. */
  create: command(['operator'], 'payout-schedule.create', { service: true })
    .route({
      method: 'POST',
      path: '/api/payout-schedules',
      tags: TAGS,
      summary: 'Schedule a payout for a time, or for the end of a guarantee',
    })
    .input(
      z.strictObject({
        reference: shortText,
        payeeId: idText,
        destinationId: idText,
        assetId: assetIdText,
        amountMinor: positiveMinorUnits,
        funding: funding.optional(),
        /** Either a time of its own, or none: then it waits for the placement's guarantee. */
        dueAtMs: timeMs.optional(),
        placementId: placementId.optional(),
        onGuarantee: z.boolean().optional(),
        guaranteeCompletionDate: day.optional(),
        idempotencyKey,
      }),
    )
    .output(payoutSchedule),

  /** Only by who wrote it, while its payout does not exist. */
  edit: command(['operator'], 'payout-schedule.edit', { service: true })
    .route({
      method: 'PATCH',
      path: '/api/payout-schedules/{id}',
      tags: TAGS,
      summary: 'Edit a schedule that has no payout yet',
    })
    .input(
      z.strictObject({
        id: idText,
        /** The version that was looked at. */
        version: z.coerce.number().int().min(1),
        reference: shortText.optional(),
        destinationId: idText.optional(),
        assetId: assetIdText.optional(),
        amountMinor: positiveMinorUnits.optional(),
        funding: funding.optional(),
        dueAtMs: timeMs.optional(),
        onGuarantee: z.boolean().optional(),
      }),
    )
    .output(payoutSchedule),

  delete: command(['operator'], 'payout-schedule.delete', { service: true })
    .route({
      method: 'DELETE',
      path: '/api/payout-schedules/{id}',
      tags: TAGS,
      summary: 'Take a schedule without a payout off the list',
    })
    .input(z.strictObject({ id: idText, reason }))
    .output(z.strictObject({})),

  cancel: command(['operator', 'controller'], 'payout-schedule.cancel', { service: true })
    .route({
      method: 'POST',
      path: '/api/payout-schedules/{id}/cancel',
      tags: TAGS,
      summary: 'End a schedule before its payout exists',
    })
    .input(z.strictObject({ id: idText, reason }))
    .output(payoutSchedule),

  /** Creates its payout now. Look at the status that comes back: a refusal is its failureReason. */
  trigger: command(['operator', 'controller'], 'payout-schedule.trigger', { service: true })
    .route({ method: 'POST', path: '/api/payout-schedules/{id}/trigger', tags: TAGS, summary: 'Create its payout now' })
    .input(z.strictObject({ id: idText }))
    .output(payoutSchedule),

  processDue: command(['operator', 'controller', 'admin'], 'payout-schedule.process-due', { service: true })
    .route({
      method: 'POST',
      path: '/api/payout-schedules/process-due',
      tags: TAGS,
      summary: 'Create the payouts that are due, up to 1,000 of them',
    })
    .output(z.strictObject({ processed: z.int(), failed: z.int(), waiting: z.int(), more: z.boolean() })),
};

export const placement = z.strictObject({
  id: z.string(),
  guaranteeCompletionDate: z.string().nullable(),
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
});

export const placements = {
  get: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/placements/{placementId}',
      tags: ['placements'],
      summary: 'What is known of a placement',
    })
    .input(z.strictObject({ placementId }))
    .output(placement),

  schedules: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/placements/{placementId}/payout-schedules',
      tags: ['placements'],
      summary: 'Its payout schedules',
    })
    .input(z.strictObject({ placementId, ...pageInput }))
    .output(page(payoutSchedule)),

  /** The guarantee ends on another day: schedules and holds that wait for it move along. */
  move: command(['operator', 'controller'], 'placement.move')
    .route({
      method: 'PATCH',
      path: '/api/placements/{placementId}',
      tags: ['placements'],
      summary: 'Move the end of its guarantee',
    })
    .input(z.strictObject({ placementId, guaranteeCompletionDate: day, reason }))
    .output(placement.extend({ schedules: z.int(), holds: z.int() })),
};
