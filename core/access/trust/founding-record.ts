/**
 * The founding record: what a treasury began with. Everything else that is believed about it
 * follows from this text by signatures, so its fingerprint is kept where whoever edits the records
 * does not reach: on the recovery sheet, inside each person's sealed key, in the vault's keys file.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../../canonical/canonical.ts';
import { groupName, hex, role, timeMs } from '../../contract/words.ts';

const record = z.strictObject({
  what: z.literal('countersign founding v1'),
  vault: z.string(),
  network: z.enum(['sandbox', 'live']),
  /** One founder; several only where an older treasury was brought under the chain as it stood. */
  people: z
    .array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        publicKey: hex(32),
        roles: z.array(role),
        groups: z.array(groupName),
      }),
    )
    .min(1),
  /** The vault's own key, which signs checkpoints; null where it was made later. */
  vaultKey: hex(32).nullable(),
  /** The key that follows from the recovery code; null where the code was made before there was one. */
  recoveryKey: hex(32).nullable(),
  /** The canonical text of the terms in force; version 1 but where an older treasury was brought under the chain. */
  policy: z.strictObject({ version: z.int().min(1), text: z.string() }),
  foundedAtMs: timeMs,
});
export type FoundingRecord = z.infer<typeof record>;

export function foundingText(founding: FoundingRecord): string {
  return canonical(founding);
}

export function fingerprintOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Null when the text is no founding record, or another spelling of one. */
export function readFounding(text: string): FoundingRecord | null {
  try {
    const parsed = record.safeParse(JSON.parse(text));
    return parsed.success && foundingText(parsed.data) === text ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
