import { z } from 'zod';
import { governanceTerm } from './governance.ts';
import { command, query } from './procedure.ts';
import { credentials, personName } from './vault.ts';
import { groupName, hex, idText, reason, role, timeMs } from './words.ts';

export const staffMember = z.strictObject({
  id: z.string(),
  name: z.string(),
  roles: z.array(role),
  groups: z.array(z.string()),
  publicKey: hex(32),
  status: z.enum(['active', 'left']),
  createdAtMs: timeMs,
});
export type StaffMember = z.infer<typeof staffMember>;

/** The terms that were made of it, and the text to sign over them with `acts.sign`. */
const proposal = z.strictObject({ staffId: z.string(), terms: governanceTerm, statement: z.string() });

export const staff = {
  list: query('staff')
    .route({ method: 'GET', path: '/api/staff', tags: ['staff'], summary: 'Everybody on staff, with their roles' })
    .output(z.array(staffMember)),

  /**
   * A new person, who types their own passphrase; only what it gives is sent, and kept sealed until
   * the act with these terms was signed by as many admins as are needed. Then they can sign in.
   */
  propose: command(['admin'], 'staff.propose')
    .input(
      z.strictObject({
        name: personName,
        roles: z.array(role).min(1).max(6),
        groups: z.array(groupName).max(20).default([]),
        credentials,
      }),
    )
    .output(proposal),

  /** A new key for somebody who lost their passphrase; kept sealed until the act with these terms is done. */
  proposeKey: command(['admin'], 'staff.propose_key')
    .input(z.strictObject({ staffId: idText, credentials, reason }))
    .output(proposal),
};
