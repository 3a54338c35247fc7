/**
 * How each rail is set up: plain texts, and secrets of which only the ends are ever shown. In a
 * sandbox an admin changes them; where money is real admins sign for them together, and what is
 * in force follows from the chain of signed acts. Of a secret the act names a commitment: a hash
 * that nobody can turn back, and that no other secret fits.
 */
import { z } from 'zod';
import { RAILS } from './payees.ts';
import { command, query } from './procedure.ts';
import { hex, reason, timeMs } from './words.ts';

export const railSettingName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{2,59}$/, 'Expected capital letters, digits and underscores');
const text = z.string().trim().min(1).max(2_000);
const rail = z.enum(RAILS);
/** What of a secret may be seen: its public half, or its last four characters. */
const shown = z.string().min(1).max(80);

const set = z.strictObject({ what: z.literal('set'), name: railSettingName, text });
const clear = z.strictObject({ what: z.literal('clear'), name: railSettingName });
/** Several are in force while one takes another's place; the newest is used first. */
const withdrawSecret = z.strictObject({
  what: z.literal('withdraw_secret'),
  name: railSettingName,
  commitment: hex(32),
});

/** As admins sign it. */
export const railSettingChange = z.discriminatedUnion('what', [
  set,
  clear,
  z.strictObject({ what: z.literal('add_secret'), name: railSettingName, commitment: hex(32), shown }),
  withdrawSecret,
]);
export type RailSettingChange = z.infer<typeof railSettingChange>;

/** As an admin asks for it: here, and nowhere else, with the secret itself. */
export const railSettingWish = z.discriminatedUnion('what', [
  set,
  clear,
  z.strictObject({ what: z.literal('add_secret'), name: railSettingName, secret: z.string().trim().min(1).max(500) }),
  withdrawSecret,
]);
export type RailSettingWish = z.infer<typeof railSettingWish>;

export const RAIL_CHANGES_MAX = 30;

/** The act of changing how a rail is set up. */
export const railSettingsTerms = z.strictObject({
  kind: z.literal('rail_settings'),
  rail,
  changes: z.array(railSettingChange).min(1).max(RAIL_CHANGES_MAX),
  reason,
});

export const railSetting = z.strictObject({
  name: railSettingName,
  /** The environment comes before the vault, and the vault before what the program does by itself. */
  from: z.enum(['environment', 'vault', 'program']),
  isSecret: z.boolean(),
  /** What is in force; null for a secret, and where nothing is set. */
  text: z.string().nullable(),
  /** What the vault keeps while the environment says something else. */
  keptText: z.string().nullable(),
  /** Newest first. One of the environment has no commitment, and is withdrawn there. */
  secrets: z.array(z.strictObject({ commitment: hex(32).nullable(), shown, sinceMs: timeMs.nullable() })),
});
export type RailSetting = z.infer<typeof railSetting>;

export const railSettings = {
  /** Everybody may see how payments go out; of secrets there is nothing to see. */
  list: query('staff')
    .input(z.strictObject({ rail }))
    .output(
      z.strictObject({
        rail,
        /** `direct`: an admin alone, in a sandbox. `by_act`: admins sign for it. */
        changes: z.enum(['direct', 'by_act']),
        settings: z.array(railSetting),
        /** What holds by itself where nothing is set: a sandbox runs a network of its own. */
        byItself: z.array(z.strictObject({ name: railSettingName, text: z.string() })),
      }),
    ),

  /**
   * In a sandbox it is done at once. Where money is real its secrets are sealed, and what comes back
   * are the terms that admins sign (`acts.prepare`); nothing is in force before the act is done.
   */
  change: command(['admin'], 'rail.change_settings', { secondFactor: true })
    .input(z.strictObject({ rail, changes: z.array(railSettingWish).min(1).max(RAIL_CHANGES_MAX), reason }))
    .output(z.strictObject({ done: z.boolean(), terms: railSettingsTerms.nullable() })),
};
