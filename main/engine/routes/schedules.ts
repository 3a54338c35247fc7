import { assetId } from '../../../core/money/assets.ts';
import { getPlacement, movePlacement } from '../../../core/placements/placements.ts';
import { processDueSchedules, triggerSchedule } from '../../../core/schedules/process.ts';
import { listSchedules, scheduleViewOf } from '../../../core/schedules/views.ts';
import { cancelSchedule, createSchedule, deleteSchedule, editSchedule } from '../../../core/schedules/write.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { type CallOf, command, driverOf, openOf, procedures } from '../calls.ts';

/** A call over HTTP is not kept waiting for more than these. */
export const DUE_AT_ONCE_MAX = 1_000;

const readerOf = (call: CallOf) => openOf(call).treasury.writer;

export const payoutSchedules = {
  list: procedures.payoutSchedules.list.handler(({ context: { call }, input }) =>
    listSchedules(readerOf(call), input, pageRequest(input)),
  ),

  get: procedures.payoutSchedules.get.handler(({ context: { call }, input }) =>
    scheduleViewOf(readerOf(call), input.id),
  ),

  create: procedures.payoutSchedules.create.handler(async ({ context: { call }, input }) => {
    const schedule = { ...input, assetId: assetId(input.assetId), amountMinor: BigInt(input.amountMinor) };
    const { id } = await command(call, (work) => createSchedule(work, schedule));
    return scheduleViewOf(readerOf(call), id);
  }),

  edit: procedures.payoutSchedules.edit.handler(async ({ context: { call }, input }) => {
    const edit = {
      ...input,
      assetId: input.assetId === undefined ? undefined : assetId(input.assetId),
      amountMinor: input.amountMinor === undefined ? undefined : BigInt(input.amountMinor),
    };
    const { id } = await command(call, (work) => editSchedule(work, edit));
    return scheduleViewOf(readerOf(call), id);
  }),

  delete: procedures.payoutSchedules.delete.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => deleteSchedule(work, input));
    return {};
  }),

  cancel: procedures.payoutSchedules.cancel.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => cancelSchedule(work, input));
    return scheduleViewOf(readerOf(call), id);
  }),

  trigger: procedures.payoutSchedules.trigger.handler(async ({ context: { call }, input }) => {
    const { id } = await triggerSchedule(driverOf(call), input);
    return scheduleViewOf(readerOf(call), id);
  }),

  processDue: procedures.payoutSchedules.processDue.handler(async ({ context: { call } }) => {
    const { processed, failed, waiting, againInMs } = await processDueSchedules(driverOf(call), DUE_AT_ONCE_MAX);
    await command(call, async (work) =>
      work.audit({
        action: 'payout-schedule.process-due',
        subject: 'schedules',
        details: { processed, failed, waiting },
      }),
    );
    return { processed, failed, waiting, more: againInMs === 0 };
  }),
};

export const placements = {
  get: procedures.placements.get.handler(({ context: { call }, input }) =>
    getPlacement(readerOf(call), input.placementId),
  ),

  schedules: procedures.placements.schedules.handler(({ context: { call }, input }) =>
    listSchedules(readerOf(call), { placement: input.placementId }, pageRequest(input)),
  ),

  move: procedures.placements.move.handler(async ({ context: { call }, input }) => {
    const moved = await command(call, (work) => movePlacement(work, input));
    return { ...(await getPlacement(readerOf(call), input.placementId)), ...moved };
  }),
};
