/**
 * The second factor of a person: an authenticator app that shows a code of six digits (RFC 6238),
 * and ten recovery codes for the day it is lost.
 */
import { z } from 'zod';
import { command, query } from './procedure.ts';
import { hex, timeMs } from './words.ts';

/** Six digits, or a recovery code; spaces and hyphens are as people type them. */
export const secondFactorCode = z
  .string()
  .trim()
  .min(6)
  .max(40)
  .regex(/^[0-9A-Za-z -]+$/, 'Expected six digits, or a recovery code');

const recoveryCodes = z.array(z.string()).meta({ description: 'Shown once; only their hashes are kept' });

export const secondFactor = {
  /**
   * A new authenticator, not in force before it is confirmed. Asks for the passphrase's proof, and
   * for the present factor where there is one: a session that lies open is not enough.
   */
  begin: command('staff', 'second_factor.begin')
    .input(z.strictObject({ signInProof: hex(32) }))
    .output(
      z.strictObject({
        /** For a QR code; shown once. */
        uri: z.string(),
        /** The same secret in base32, for typing. */
        secret: z.string(),
        expiresAtMs: timeMs,
      }),
    ),

  /** The first code of the new authenticator puts it in force, in place of the one before. */
  confirm: command('staff', 'second_factor.enrol')
    .input(
      z.strictObject({
        code: z
          .string()
          .trim()
          .regex(/^[0-9]{3} ?[0-9]{3}$/, 'Expected six digits'),
      }),
    )
    .output(z.strictObject({ recoveryCodes, freshUntilMs: timeMs })),

  /** Ten new recovery codes; the ones before stop working. */
  renewRecoveryCodes: command('staff', 'second_factor.renew_codes', { secondFactor: true }).output(
    z.strictObject({ recoveryCodes }),
  ),

  /** Who has one: the others cannot approve in a live vault. */
  list: query('staff').output(
    z.array(z.strictObject({ staffId: z.string(), enrolledAtMs: timeMs, recoveryCodesLeft: z.int() })),
  ),
};
