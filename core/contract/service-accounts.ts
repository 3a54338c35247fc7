/**
 * Service accounts: programs that ask over HTTP with a signed token (JWT). The token says who asks
 * and which roles it wants; the account, registered here, says which it may have.
 */
import { z } from 'zod';
import { query } from './procedure.ts';
import { minorUnits, reason, role, shortText, timeMs } from './words.ts';

/** The `sub` of its tokens. */
export const serviceSubject = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,119}$/,
    'Expected letters, digits and . _ : @ - , beginning with a letter or digit',
  );

export const serviceAccount = z.strictObject({
  subject: serviceSubject,
  name: z.string(),
  roles: z.array(role),
  /** The most it may mint by hand within a day, in minor units of credits; null: nothing. */
  mintCapMinor: minorUnits.nullable(),
  status: z.enum(['active', 'retired']),
  version: z.int(),
  sinceMs: timeMs,
  lastSeenAtMs: timeMs.nullable(),
});
export type ServiceAccount = z.infer<typeof serviceAccount>;

/** An admin's role is nothing a program has. */
export const serviceRoles = z
  .array(z.enum(['operator', 'controller', 'auditor']))
  .min(1)
  .max(3);

/** What is registered, changed or retired; the change of an account says which version it is of. */
export const serviceAccountChange = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('register'),
    subject: serviceSubject,
    name: shortText,
    roles: serviceRoles,
    mintCapMinor: minorUnits.nullable(),
    reason,
  }),
  z.strictObject({
    what: z.literal('change'),
    subject: serviceSubject,
    version: z.int().min(1),
    name: shortText,
    roles: serviceRoles,
    mintCapMinor: minorUnits.nullable(),
    reason,
  }),
  z.strictObject({ what: z.literal('retire'), subject: serviceSubject, version: z.int().min(1), reason }),
]);
export type ServiceAccountChange = z.infer<typeof serviceAccountChange>;

export const serviceAccounts = {
  list: query(['admin', 'auditor', 'controller'])
    .route({
      method: 'GET',
      path: '/api/service-accounts',
      tags: ['service accounts'],
      summary: 'Programs that may ask over HTTP',
    })
    .output(z.array(serviceAccount)),
};
