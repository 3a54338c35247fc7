import { signInRefused } from '../../../core/access/errors.ts';
import { changePassphrase } from '../../../core/access/staff.ts';
import { callerIn, command, procedures, recordFailedSignIn, recordSignIn } from '../calls.ts';

export const session = {
  parameters: procedures.session.parameters.handler(async ({ context: { call }, input }) => ({
    kdf: await call.keeper.kdfFor(input.file, input.name),
  })),

  signIn: procedures.session.signIn.handler(async ({ context: { call }, input }) => {
    const { keeper } = call;
    const nowMs = keeper.clock.nowMs();
    keeper.brake.begin(input.name, nowMs);
    try {
      const { token, signedIn } = await keeper.signIn(input);
      await recordSignIn(call, signedIn.staff);
      keeper.brake.succeeded(input.name);
      const { staff, sealedPrivateKey, kdf } = signedIn;
      const me = {
        staffId: staff.id,
        name: staff.name,
        roles: [...staff.roles],
        publicKey: staff.publicKey,
        signedInAtMs: nowMs,
      };
      return { token, me, sealedPrivateKey, kdf };
    } catch (error) {
      await recordFailedSignIn(call, input.name);
      throw error;
    }
  }),

  me: procedures.session.me.handler(({ context: { call } }) => {
    const { staff, signedInAtMs } = callerIn(call);
    return { staffId: staff.id, name: staff.name, roles: [...staff.roles], publicKey: staff.publicKey, signedInAtMs };
  }),

  signOut: procedures.session.signOut.handler(async ({ context: { call } }) => {
    const { staff } = callerIn(call);
    await command(call, async (work) => work.audit({ action: 'session.sign_out', subject: `staff:${staff.id}` }));
    call.keeper.endSession(call.sessionToken);
    return {};
  }),

  changePassphrase: procedures.session.changePassphrase.handler(async ({ context: { call }, input }) => {
    const { staff } = callerIn(call);
    if (input.credentials.publicKey !== staff.publicKey) throw signInRefused();
    await call.keeper.changeSlot(staff.name, input.credentials, () =>
      command(call, (work) => changePassphrase(work, staff.id, input)),
    );
    return {};
  }),
};
