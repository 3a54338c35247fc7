import { z } from 'zod';
import { beforeVault, command, query } from './procedure.ts';
import { secondFactorCode } from './second-factor.ts';
import { credentials, kdfParameters, personName, sealedKey } from './vault.ts';
import { hex, role, timeMs } from './words.ts';

export const me = z.strictObject({
  staffId: z.string(),
  name: z.string(),
  roles: z.array(role),
  publicKey: hex(32),
  signedInAtMs: timeMs,
  secondFactor: z.strictObject({
    enrolled: z.boolean(),
    /** Until when it need not be shown again; null when it has to be. */
    freshUntilMs: timeMs.nullable(),
    recoveryCodesLeft: z.int(),
  }),
});
export type Me = z.infer<typeof me>;

/** What somebody is told who signs in: was the last time really them, and who tried in between? */
export const signedInBefore = z.strictObject({
  /** Null at the first time. */
  atMs: timeMs.nullable(),
  host: z.string().nullable(),
  ip: z.string().nullable(),
  failedTries: z.int(),
});
export type SignedInBefore = z.infer<typeof signedInBefore>;

export const signedInSession = z.strictObject({
  /** Names the session; it does not open it. */
  id: z.string(),
  staffId: z.string(),
  name: z.string(),
  signedInAtMs: timeMs,
  lastSeenAtMs: timeMs,
  secondFactorAtMs: timeMs.nullable(),
  host: z.string(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** The one that asks. */
  own: z.boolean(),
});
export type SignedInSession = z.infer<typeof signedInSession>;

/**
 * Signing in, in two steps: ask how this name's passphrase is stretched, then show what it gives.
 * An unknown name gets parameters too, so that names cannot be probed.
 */
export const session = {
  parameters: beforeVault()
    .route({
      method: 'POST',
      path: '/api/session/parameters',
      tags: ['session'],
      summary: 'How to stretch the passphrase of this name',
    })
    .input(z.strictObject({ file: z.string().max(200).optional(), name: personName }))
    .output(z.strictObject({ kdf: kdfParameters })),

  /** Opens the vault too when it is locked. */
  signIn: beforeVault()
    .route({
      method: 'POST',
      path: '/api/session',
      tags: ['session'],
      summary: 'Sign in, and open the vault if it is locked',
    })
    .input(
      z.strictObject({
        file: z.string().max(200).optional(),
        name: personName,
        slotSecret: hex(32),
        signInProof: hex(32),
      }),
    )
    .output(
      z.strictObject({
        token: z.string(),
        me,
        sealedPrivateKey: sealedKey,
        kdf: kdfParameters,
        before: signedInBefore,
        /** What this vault says it was founded on; a desk whose key was sealed for another founding signs nothing. */
        foundingFingerprint: hex(32),
      }),
    ),

  me: query('staff')
    .route({ method: 'GET', path: '/api/session', tags: ['session'], summary: 'Who am I?' })
    .output(me),

  signOut: command('staff', 'session.sign_out')
    .route({ method: 'DELETE', path: '/api/session', tags: ['session'], summary: 'Sign out' })
    .output(z.strictObject({})),

  /** The new passphrase's credentials, with the same key pair sealed anew; the old proof shows that it is really them. */
  changePassphrase: command('staff', 'session.change_passphrase')
    .input(z.strictObject({ signInProof: hex(32), credentials }))
    .output(z.strictObject({})),

  /** The founder's key, sealed anew with the founding in it: nobody knew it when the key was made. */
  pinFounding: command('staff', 'session.pin_founding')
    .input(z.strictObject({ signInProof: hex(32), sealedPrivateKey: sealedKey }))
    .output(z.strictObject({})),

  /** Who is signed in at this engine: everybody for admins, their own sessions for everybody else. */
  list: query('staff')
    .route({ method: 'GET', path: '/api/sessions', tags: ['session'], summary: 'Who is signed in' })
    .output(z.array(signedInSession)),

  /** One's own, or as an admin anybody's. */
  end: command('staff', 'session.end')
    .route({ method: 'DELETE', path: '/api/sessions/{id}', tags: ['session'], summary: 'Sign a session out' })
    .input(z.strictObject({ id: z.string().max(64) }))
    .output(z.strictObject({})),

  /** A code of the authenticator, or a recovery code. What was refused for want of it is asked again after. */
  showSecondFactor: command('staff', 'session.second_factor')
    .input(z.strictObject({ code: secondFactorCode }))
    .output(z.strictObject({ freshUntilMs: timeMs, recoveryCodesLeft: z.int() })),
};
