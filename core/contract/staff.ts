import { z } from 'zod';
import { command, query } from './procedure.ts';
import { credentials, personName } from './vault.ts';
import { hex, role, timeMs } from './words.ts';

export const staffMember = z.strictObject({
  id: z.string(),
  name: z.string(),
  roles: z.array(role),
  publicKey: hex(32),
  status: z.enum(['active', 'left']),
  createdAtMs: timeMs,
});
export type StaffMember = z.infer<typeof staffMember>;

export const staff = {
  list: query('staff')
    .route({ method: 'GET', path: '/api/staff', tags: ['staff'], summary: 'Everybody on staff, with their roles' })
    .output(z.array(staffMember)),

  /** The person types their own passphrase; only what it gives is sent. */
  add: command(['admin'], 'staff.add')
    .input(z.strictObject({ name: personName, roles: z.array(role).min(1).max(6), credentials }))
    .output(staffMember),
};
