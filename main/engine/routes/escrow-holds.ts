import { createEscrow, deleteEscrow, editEscrow, endEscrow } from '../../../core/escrow-holds/escrow-holds.ts';
import { processDueReleases } from '../../../core/escrow-holds/release-due.ts';
import { escrowViewOf, listEscrows, totalHeld } from '../../../core/escrow-holds/views.ts';
import { assetId } from '../../../core/money/assets.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { type CallOf, command, driverOf, openOf, procedures } from '../calls.ts';
import { DUE_AT_ONCE_MAX } from './schedules.ts';

const readerOf = (call: CallOf) => openOf(call).treasury.writer;

const reads = {
  list: procedures.escrowHolds.list.handler(({ context: { call }, input }) =>
    listEscrows(readerOf(call), input, pageRequest(input)),
  ),

  get: procedures.escrowHolds.get.handler(({ context: { call }, input }) => escrowViewOf(readerOf(call), input.id)),

  ofPlacement: procedures.escrowHolds.ofPlacement.handler(({ context: { call }, input }) =>
    listEscrows(readerOf(call), { placement: input.placementId }, pageRequest(input)),
  ),

  activeOfPlacement: procedures.escrowHolds.activeOfPlacement.handler(({ context: { call }, input }) =>
    listEscrows(readerOf(call), { placement: input.placementId, status: 'active' }, pageRequest(input)),
  ),

  totalOfPlacement: procedures.escrowHolds.totalOfPlacement.handler(({ context: { call }, input }) =>
    totalHeld(readerOf(call), input.placementId),
  ),
};

const commands = {
  create: procedures.escrowHolds.create.handler(async ({ context: { call }, input }) => {
    const hold = { ...input, assetId: assetId(input.assetId), amountMinor: BigInt(input.amountMinor) };
    const { id } = await command(call, (work) => createEscrow(work, hold));
    return escrowViewOf(readerOf(call), id);
  }),

  edit: procedures.escrowHolds.edit.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => editEscrow(work, input));
    return escrowViewOf(readerOf(call), id);
  }),

  delete: procedures.escrowHolds.delete.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => deleteEscrow(work, input));
    return {};
  }),

  release: procedures.escrowHolds.release.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => endEscrow(work, { ...input, end: 'release' }));
    return escrowViewOf(readerOf(call), id);
  }),

  cancel: procedures.escrowHolds.cancel.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => endEscrow(work, { ...input, end: 'cancel' }));
    return escrowViewOf(readerOf(call), id);
  }),

  processDue: procedures.escrowHolds.processDue.handler(async ({ context: { call } }) => {
    const due = await processDueReleases(driverOf(call), DUE_AT_ONCE_MAX);
    await command(call, async (work) =>
      work.audit({ action: 'escrow-hold.process-due', subject: 'escrow-holds', details: { released: due.released } }),
    );
    return { released: due.released, more: due.more };
  }),
};

export const escrowHolds = { ...reads, ...commands };
