import { beginTry, forgetTries, passphraseOf, secondFactorOf } from '../../../core/access/failed-tries.ts';
import {
  beginEnrolment,
  confirmEnrolment,
  enrolledStaff,
  isEnrolled,
  renewRecoveryCodes,
} from '../../../core/access/second-factor.ts';
import { requireSecondFactor } from '../callers.ts';
import { callerIn, command, openOf, procedures } from '../calls.ts';

export const secondFactor = {
  begin: procedures.secondFactor.begin.handler(async ({ context: { call }, input }) => {
    const caller = callerIn(call);
    const open = openOf(call);
    const { staff } = caller;
    // The first one can be enrolled without one; its successor only by whoever has it.
    if (await isEnrolled(open.treasury.writer, staff.id)) await requireSecondFactor(call.keeper, open, caller);
    await beginTry(open.treasury, passphraseOf(staff.name));
    return command(call, async (work) => {
      const begun = await beginEnrolment(work, staff, input.signInProof);
      await forgetTries(work.tx, passphraseOf(staff.name));
      return begun;
    });
  }),

  confirm: procedures.secondFactor.confirm.handler(async ({ context: { call }, input }) => {
    const { staff } = callerIn(call);
    await beginTry(openOf(call).treasury, secondFactorOf(staff.id));
    const recoveryCodes = await command(call, (work) => confirmEnrolment(work, staff.id, input.code));
    return { recoveryCodes: [...recoveryCodes], freshUntilMs: call.keeper.secondFactorShown(call.sessionToken) };
  }),

  renewRecoveryCodes: procedures.secondFactor.renewRecoveryCodes.handler(async ({ context: { call } }) => {
    const { staff } = callerIn(call);
    return { recoveryCodes: [...(await command(call, (work) => renewRecoveryCodes(work, staff.id)))] };
  }),

  list: procedures.secondFactor.list.handler(async ({ context: { call } }) => [
    ...(await enrolledStaff(openOf(call).treasury.writer)),
  ]),
};
