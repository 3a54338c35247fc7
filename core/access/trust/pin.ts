/**
 * Is this the treasury it was? The founding record is compared with what was kept of it where
 * whoever edits the records does not reach. Asked each time a treasury is opened.
 */
import { Refusal } from '../../errors/refusal.ts';
import type { SecretBox } from '../../store/secrets.ts';
import type { Reader } from '../../store/tx.ts';
import { otherFounding } from './errors.ts';
import { readTrust } from './trust.ts';

/** Beside the records, sealed with a key that is not among them. */
export function sealedFingerprint(secrets: SecretBox, fingerprint: string): string {
  return secrets.seal(PURPOSE, Buffer.from(fingerprint, 'hex'));
}

const PURPOSE = 'founding fingerprint';

/** `kept`: what somebody else kept of it; null where nobody did yet. Gives the fingerprint there is. */
export async function refuseOtherFounding(
  reader: Reader,
  secrets: SecretBox,
  kept: string | null,
): Promise<string | null> {
  const trust = await readTrust(reader);
  const found = trust?.fingerprint ?? null;
  // A treasury from before foundings has nothing sealed; whatever was founded since has.
  const wasSealed = trust !== null && trust.founding.vaultKey !== null;
  for (const expected of [kept, await keptInBox(reader, secrets, { wasSealed, isKeptElsewhere: kept !== null })]) {
    if (expected !== null && expected !== found) throw otherFounding(expected, found ?? 'none');
  }
  return found;
}

/**
 * Null where nothing was kept. A box that is closed is no way around it: where nobody else keeps the
 * fingerprint, a treasury that cannot be held to its founding is not opened.
 */
async function keptInBox(
  reader: Reader,
  secrets: SecretBox,
  { wasSealed, isKeptElsewhere }: { readonly wasSealed: boolean; readonly isKeptElsewhere: boolean },
): Promise<string | null> {
  const row = await reader.db.selectFrom('trust_founding').select('sealed_fingerprint').executeTakeFirst();
  const sealed = row?.sealed_fingerprint ?? null;
  if (sealed === null) {
    if (wasSealed && !isKeptElsewhere) throw otherFounding('what was sealed', 'nothing sealed');
    return null;
  }
  try {
    return Buffer.from(secrets.open(PURPOSE, sealed)).toString('hex');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // An open box that does not open this one has been given another one's work.
    if (error.data.purpose === PURPOSE) throw otherFounding('what was sealed', 'what does not open');
    if (!isKeptElsewhere) throw error;
    return null;
  }
}
