/**
 * Who may do what, and why that can be believed: the founding, the listing of everybody's access
 * with the history of its grants, and the way back for a treasury whose admins lost their keys.
 */
import { z } from 'zod';
import { actTerms } from './acts.ts';
import { beforeVault, command, commandOfAnyone, query } from './procedure.ts';
import { credentials } from './vault.ts';
import { hex, idText, reason, role, timeMs } from './words.ts';

/** Who signed a governance act. `recovery` is the recovery sheet. */
const signer = z.strictObject({ id: z.string(), name: z.string() });

/** Since when, by which act (0: the founding) and whose signatures; and until when. */
export const grant = z.strictObject({
  what: z.enum(['role', 'group', 'key']),
  /** A role, a group, or a public key in hex. */
  value: z.string(),
  fromMs: timeMs,
  fromAct: z.int(),
  fromBy: z.array(signer),
  untilMs: timeMs.nullable(),
  untilAct: z.int().nullable(),
  untilBy: z.array(signer),
});
export type Grant = z.infer<typeof grant>;

export const personAccess = z.strictObject({
  id: z.string(),
  name: z.string(),
  status: z.enum(['active', 'left']),
  roles: z.array(role),
  groups: z.array(z.string()),
  publicKey: hex(32),
  /** The first 16 hex digits of the key's SHA-256, in groups of four: to be compared by eye. */
  keyFingerprint: z.string(),
  sinceMs: timeMs,
  leftAtMs: timeMs.nullable(),
  grants: z.array(grant),
});
export type PersonAccess = z.infer<typeof personAccess>;

export const accountAccess = z.strictObject({
  subject: z.string(),
  name: z.string(),
  status: z.enum(['active', 'retired']),
  roles: z.array(role),
  mintCapMinor: z.string().nullable(),
  version: z.int(),
  sinceMs: timeMs,
});

export const accessListing = z.strictObject({
  asOfMs: timeMs,
  /** SHA-256 of the founding record, as on the recovery sheet. */
  foundingFingerprint: hex(32),
  /** How many governance acts were done until then, and the hash of the last: it covers all of them. */
  acts: z.int(),
  head: hex(32),
  people: z.array(personAccess),
  serviceAccounts: z.array(accountAccess),
});
export type AccessListing = z.infer<typeof accessListing>;

/** An act of the recovery sheet that has not taken effect: everybody sees it, and may object. */
export const recovery = z.strictObject({
  actId: z.string(),
  terms: actTerms,
  signedBy: z.array(signer),
  signedAtMs: timeMs,
  takesEffectAtMs: timeMs,
});
export type Recovery = z.infer<typeof recovery>;

export const accessStatus = z.strictObject({
  /** True until two admins were enrolled: one admin may set up alone, and no real money moves. */
  settingUp: z.boolean(),
  admins: z.int(),
  /** How many admins sign a change of access, policy or settings now. */
  signaturesNeeded: z.int(),
  foundingFingerprint: hex(32),
  /** What does not verify; empty unless somebody changed records behind the program’s back. */
  problems: z.array(z.string()),
  recoveries: z.array(recovery),
});
export type AccessStatus = z.infer<typeof accessStatus>;

/** Shows that the recovery sheet is at hand: its key signs `countersign recovery v1`, a line feed, and the time. */
const sheetProof = z.strictObject({ statedAtMs: timeMs, signature: hex(64) });

export const access = {
  status: query('staff').output(accessStatus),

  /** As of now, or of any moment before. */
  listing: query(['auditor', 'admin', 'controller'])
    .route({
      method: 'GET',
      path: '/api/access',
      tags: ['access'],
      summary: 'Everybody’s access, and who granted it, as of a moment',
    })
    .input(z.strictObject({ asOfMs: z.coerce.number().int().min(0).optional() }))
    .output(accessListing),

  /** Opens the vault with the recovery code if it is locked, and says whose key could be replaced. */
  recoveryOpen: beforeVault()
    .input(z.strictObject({ file: z.string().max(200).optional(), slotSecret: hex(32), sheet: sheetProof }))
    .output(
      z.strictObject({
        foundingFingerprint: hex(32),
        admins: z.array(z.strictObject({ id: z.string(), name: z.string() })),
        waitMs: z.int(),
        recoveries: z.array(recovery),
      }),
    ),

  /** A new key for an admin who lost theirs; gives the text that the recovery sheet’s key signs. */
  recoveryPropose: commandOfAnyone('access.recovery_propose')
    .input(z.strictObject({ sheet: sheetProof, staffId: idText, credentials, reason }))
    .output(z.strictObject({ statement: z.string() })),

  /** From here the waiting period runs; at its end the act takes effect unless somebody objected. */
  recoverySign: commandOfAnyone('access.recovery')
    .input(z.strictObject({ statement: z.string().max(65_536), signature: hex(64) }))
    .output(z.strictObject({ actId: z.string(), takesEffectAtMs: timeMs, done: z.boolean() })),

  /** Anyone on staff stops an act of the recovery sheet while it waits. */
  object: command('staff', 'access.object')
    .input(z.strictObject({ actId: idText, reason }))
    .output(z.strictObject({})),

  /**
   * A new recovery sheet: the code is shown once, and is in force when the act with this key was
   * signed by as many admins as are needed.
   */
  proposeRecoveryKey: command(['admin'], 'access.propose_recovery_key', { secondFactor: true }).output(
    z.strictObject({ recoveryCode: z.string(), publicKey: hex(32), statement: z.string() }),
  ),
};
