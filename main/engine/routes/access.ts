/** Who may do what, and the way back for admins who lost their keys. */
import { accessListing, accessStatus } from '../../../core/access/listing.ts';
import { proposeRecoveryKey } from '../../../core/access/propose.ts';
import {
  objectTo,
  proposeRecovery,
  proveSheet,
  recoverable,
  signRecovery,
  waitingRecoveries,
} from '../../../core/access/recovery.ts';
import { recoverySheet } from '../../../core/canonical/recovery-sheet.ts';
import { newRecoveryCode } from '../../store/vault/recovery-code.ts';
import { command, openOf, procedures } from '../calls.ts';

export const access = {
  status: procedures.access.status.handler(({ context: { call } }) => accessStatus(openOf(call).treasury.writer)),

  listing: procedures.access.listing.handler(({ context: { call }, input }) => {
    const { treasury } = openOf(call);
    return accessListing(treasury.writer, input.asOfMs ?? treasury.clock.nowMs());
  }),

  recoveryOpen: procedures.access.recoveryOpen.handler(async ({ context: { call }, input }) => {
    const { treasury } = await call.keeper.openWithSheet(input);
    await proveSheet(treasury.writer, input.sheet, treasury.clock.nowMs());
    return { ...(await recoverable(treasury.writer)), recoveries: await waitingRecoveries(treasury.writer) };
  }),

  recoveryPropose: procedures.access.recoveryPropose.handler(({ context: { call }, input }) =>
    command(call, (work) => proposeRecovery(work, input)),
  ),

  recoverySign: procedures.access.recoverySign.handler(async ({ context: { call }, input }) => {
    const begun = await command(call, (work) => signRecovery(work, input));
    if (begun.done) await call.keeper.settleSlots();
    return begun;
  }),

  object: procedures.access.object.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => objectTo(work, input));
    return {};
  }),

  proposeRecoveryKey: procedures.access.proposeRecoveryKey.handler(async ({ context: { call } }) => {
    const recoveryCode = newRecoveryCode();
    const sheet = await recoverySheet(recoveryCode);
    if (!sheet) throw new Error('A recovery code was made that is none');
    const { publicKey, slotSecret } = sheet;
    const { statement } = await command(call, (work) => proposeRecoveryKey(work, { publicKey, slotSecret }));
    return { recoveryCode, publicKey, statement };
  }),
};
