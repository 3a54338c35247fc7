/**
 * Governance: what changes who may do what. Each is an act that admins sign with their own keys;
 * those that were done form a chain back to the founding record, and that chain, not the tables,
 * says who is on staff, with which roles and keys, and which policy and settings are in force.
 */
import { z } from 'zod';
import { policyTerms } from './policy-terms.ts';
import { railSettingsTerms } from './rail-settings.ts';
import { serviceAccountChange } from './service-accounts.ts';
import { personName } from './vault.ts';
import { groupName, hex, idText, reason, role, timeMs } from './words.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const roles = z.array(role).min(1).max(6);
const groups = z.array(groupName).max(20);

/** What holds for the whole treasury, and is changed by admins together. */
export const settingChange = z.discriminatedUnion('name', [
  /** How long a destination rests between its confirmation and the first payment to it. */
  z.strictObject({
    name: z.literal('cool_off_ms'),
    value: z
      .int()
      .min(0)
      .max(30 * DAY_MS),
  }),
  z.strictObject({ name: z.literal('screening'), value: z.enum(['off', 'deny_list']) }),
  /** How long everybody can see, and object to, an act of the recovery sheet. At least 72 hours where money is real. */
  z.strictObject({
    name: z.literal('recovery_wait_ms'),
    value: z
      .int()
      .min(0)
      .max(30 * DAY_MS),
  }),
]);
export type SettingChange = z.infer<typeof settingChange>;

/** One kind each, for the union of all acts. */
export const governanceTerms = [
  /** `staffId` and `publicKey` as `staff.propose` gave them; the person can sign in once it is done. */
  z.strictObject({
    kind: z.literal('staff_add'),
    staffId: idText,
    name: personName,
    publicKey: hex(32),
    roles,
    groups,
  }),
  /** All their roles and groups from now on. */
  z.strictObject({ kind: z.literal('staff_roles'), staffId: idText, roles, groups }),
  z.strictObject({ kind: z.literal('staff_leave'), staffId: idText, reason }),
  /** A new key, after the passphrase of the old one was lost. */
  z.strictObject({ kind: z.literal('staff_key'), staffId: idText, publicKey: hex(32), reason }),
  /** Takes somebody's second factor away, so that they can enrol another. */
  z.strictObject({ kind: z.literal('factor_reset'), staffId: idText, reason }),
  /** The version after `baseVersion`; refused when another one is in force by then. */
  z.strictObject({ kind: z.literal('policy'), baseVersion: z.int().min(1), terms: policyTerms, reason }),
  z.strictObject({ kind: z.literal('setting'), setting: settingChange }),
  z.strictObject({ kind: z.literal('service_account'), change: serviceAccountChange }),
  /** The key of a new recovery sheet; the one before signs nothing any more. */
  z.strictObject({ kind: z.literal('recovery_key'), publicKey: hex(32) }),
  railSettingsTerms,
] as const;

const unionOfTerms = z.discriminatedUnion('kind', governanceTerms);
type UnionOfTerms = typeof unionOfTerms;
/** An interface, so that declarations name it instead of spelling every kind at every procedure. */
export interface GovernanceTermsSchema extends UnionOfTerms {}
export const governanceTerm: GovernanceTermsSchema = unionOfTerms;
export type GovernanceTerms = z.infer<UnionOfTerms>;
export type GovernanceKind = GovernanceTerms['kind'];

/** What an admin signs; the desk reads it before, the engine after. */
export const governanceStatement = z.strictObject({
  what: z.literal('countersign governance act v1'),
  vault: z.string(),
  founding: hex(32),
  /** The last act that was done when this was stated; act 0 is the founding, its hash the fingerprint. */
  after: z.strictObject({ act: z.int().min(0), hash: hex(32) }),
  terms: governanceTerm,
  signer: z.strictObject({ id: z.string(), publicKey: hex(32) }),
  statedAtMs: timeMs,
});
export type GovernanceStatement = z.infer<typeof governanceStatement>;

export const GOVERNANCE_KINDS: ReadonlySet<string> = new Set<GovernanceKind>([
  'staff_add',
  'staff_roles',
  'staff_leave',
  'staff_key',
  'factor_reset',
  'policy',
  'setting',
  'service_account',
  'recovery_key',
  'rail_settings',
]);
