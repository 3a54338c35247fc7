import { signInRefused, unknownSession } from '../../../core/access/errors.ts';
import { beginTry, forgetTries, passphraseOf, secondFactorOf } from '../../../core/access/failed-tries.ts';
import { enrolledStaff, showSecondFactor } from '../../../core/access/second-factor.ts';
import { endSessionsOf } from '../../../core/access/sign-ins.ts';
import { changePassphrase, listStaff, pinFounding, type StaffRecord } from '../../../core/access/staff.ts';
import { trustOf } from '../../../core/access/trust/trust.ts';
import type { Me } from '../../../core/contract/index.ts';
import {
  type CallOf,
  callerIn,
  command,
  openOf,
  procedures,
  recordFailedSignIn,
  signedIn as recordSignedIn,
} from '../calls.ts';
import { freshUntilMs, type Session } from '../sessions.ts';

async function meOf(call: CallOf, staff: StaffRecord, session: Session): Promise<Me> {
  const { treasury } = call.keeper.require();
  const [enrolled] = await enrolledStaff(treasury.writer, staff.id);
  return {
    staffId: staff.id,
    name: staff.name,
    roles: [...staff.roles],
    publicKey: staff.publicKey,
    signedInAtMs: session.signedInAtMs,
    secondFactor: {
      enrolled: enrolled !== undefined,
      freshUntilMs: freshUntilMs(session, call.keeper.clock.nowMs()),
      recoveryCodesLeft: enrolled?.recoveryCodesLeft ?? 0,
    },
  };
}

/** The vault may be closed: then tries are counted in memory, and its file's own slots slow them. */
async function beginSignIn({ keeper, open }: CallOf, name: string): Promise<void> {
  if (open) await beginTry(open.treasury, passphraseOf(name));
  else keeper.brake.begin(name, keeper.clock.nowMs());
}

export const session = {
  parameters: procedures.session.parameters.handler(async ({ context: { call }, input }) => ({
    kdf: await call.keeper.kdfFor(input.file, input.name),
  })),

  signIn: procedures.session.signIn.handler(async ({ context: { call }, input }) => {
    const { keeper } = call;
    await beginSignIn(call, input.name);
    try {
      const { token, signedIn } = await keeper.signIn(input, call.origin);
      const { staff, sealedPrivateKey, kdf } = signedIn;
      const before = await recordSignedIn(call, staff);
      keeper.brake.succeeded(input.name);
      const session = keeper.sessions.use(token, keeper.clock.nowMs());
      // Locked again at this very moment, by somebody else.
      if (!session) throw signInRefused();
      const { fingerprint } = await trustOf(keeper.require().treasury.writer);
      return {
        token,
        me: await meOf(call, staff, session),
        sealedPrivateKey,
        kdf,
        before,
        foundingFingerprint: fingerprint,
      };
    } catch (error) {
      await recordFailedSignIn(call, input.name);
      throw error;
    }
  }),

  me: procedures.session.me.handler(({ context: { call } }) => {
    const { staff, session } = callerIn(call);
    return meOf(call, staff, session);
  }),

  signOut: procedures.session.signOut.handler(async ({ context: { call } }) => {
    const { staff } = callerIn(call);
    await command(call, async (work) => work.audit({ action: 'session.sign_out', subject: `staff:${staff.id}` }));
    call.keeper.endSession(call.sessionToken);
    return {};
  }),

  /** Whoever else holds a session of theirs is signed out by it. */
  changePassphrase: procedures.session.changePassphrase.handler(async ({ context: { call }, input }) => {
    const { staff, session } = callerIn(call);
    const { sessions } = call.keeper;
    if (input.credentials.publicKey !== staff.publicKey) throw signInRefused();
    await beginTry(openOf(call).treasury, passphraseOf(staff.name));
    try {
      await call.keeper.changeSlot(staff.name, input.credentials, () =>
        command(call, async (work) => {
          await changePassphrase(work, staff.id, input);
          await forgetTries(work.tx, passphraseOf(staff.name));
          // Before the commit: as soon as it is heard of, sessions of the epoch before are ended.
          sessions.carryOver(call.sessionToken, await endSessionsOf(work, staff.id));
        }),
      );
    } catch (error) {
      sessions.carryOver(call.sessionToken, session.epoch);
      throw error;
    }
    return {};
  }),

  pinFounding: procedures.session.pinFounding.handler(async ({ context: { call }, input }) => {
    const { staff } = callerIn(call);
    await command(call, (work) => pinFounding(work, staff.id, input));
    return {};
  }),

  list: procedures.session.list.handler(async ({ context: { call } }) => {
    const { staff, session: own } = callerIn(call);
    const names = new Map((await listStaff(openOf(call).treasury.writer)).map(({ id, name }) => [id as string, name]));
    return call.keeper.sessions
      .list(call.keeper.clock.nowMs())
      .filter(({ staffId }) => staffId === staff.id || staff.roles.includes('admin'))
      .map(({ epoch: _inside, ...session }) => ({
        ...session,
        name: names.get(session.staffId) ?? session.staffId,
        own: session.id === own.id,
      }));
  }),

  end: procedures.session.end.handler(async ({ context: { call }, input }) => {
    const { staff } = callerIn(call);
    const { keeper } = call;
    const found = keeper.sessions.list(keeper.clock.nowMs()).find(({ id }) => id === input.id);
    // What is somebody else's is not there, for whoever may not end it.
    if (!found || !(found.staffId === staff.id || staff.roles.includes('admin'))) throw unknownSession(input.id);
    await command(call, async (work) =>
      work.audit({ action: 'session.end', subject: `staff:${found.staffId}`, details: { session: found.id } }),
    );
    keeper.endSessionNamed(found.id);
    return {};
  }),

  showSecondFactor: procedures.session.showSecondFactor.handler(async ({ context: { call }, input }) => {
    const { staff } = callerIn(call);
    await beginTry(openOf(call).treasury, secondFactorOf(staff.id));
    const { recoveryCodesLeft } = await command(call, (work) => showSecondFactor(work, staff.id, input.code));
    return { freshUntilMs: call.keeper.secondFactorShown(call.sessionToken), recoveryCodesLeft };
  }),
};
