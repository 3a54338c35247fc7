import { z } from 'zod';
import { beforeVault, command, query } from './procedure.ts';
import { credentials, kdfParameters, personName, sealedKey } from './vault.ts';
import { hex, role, timeMs } from './words.ts';

export const me = z.strictObject({
  staffId: z.string(),
  name: z.string(),
  roles: z.array(role),
  publicKey: hex(32),
  signedInAtMs: timeMs,
});
export type Me = z.infer<typeof me>;

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
    .output(z.strictObject({ token: z.string(), me, sealedPrivateKey: sealedKey, kdf: kdfParameters })),

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
};
