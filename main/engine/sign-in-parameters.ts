/** How a name's passphrase is stretched, told to whoever asks before anybody is signed in. */
import { createHmac } from 'node:crypto';
import { nameKey } from '../../core/access/names.ts';
import { kdfOf } from '../../core/access/staff.ts';
import type { KdfParameters } from '../../core/contract/index.ts';
import type { Writer } from '../../core/store/tx.ts';
import { slotParameters } from '../store/vault/keys-file.ts';
import type { OpenTreasury } from './open-treasury.ts';

/** A name that nobody has gets an answer too. */
export async function signInParameters(open: OpenTreasury, name: string): Promise<KdfParameters> {
  const { writer } = open.treasury;
  const known = await kdfOf(writer, name);
  if (known) return known;
  if (open.store.kind === 'sqlite') return slotParameters(open.store.vault.file, name);
  return decoy(writer, name);
}

/**
 * The slot opened, but the record of this name has other parameters: the new passphrase was
 * recorded and the slot not yet replaced.
 */
export async function passphraseChangeWasCutShort(open: OpenTreasury, name: string): Promise<boolean> {
  if (open.store.kind !== 'sqlite') return false;
  const recorded = await kdfOf(open.treasury.writer, name);
  return recorded !== null && recorded.salt !== slotParameters(open.store.vault.file, name).salt;
}

/** Parameters for a name nobody has: always the same, and not to be told from a real one's. */
async function decoy(writer: Writer, name: string): Promise<KdfParameters> {
  const [first] = await writer.db
    .selectFrom('staff')
    .select(['kdf', 'sign_in_verifier'])
    .orderBy('created_at_ms')
    .limit(1)
    .execute();
  const cost = first ? (JSON.parse(first.kdf) as KdfParameters) : null;
  const salt = createHmac('sha256', first?.sign_in_verifier ?? 'nobody')
    .update(nameKey(name))
    .digest('hex')
    .slice(0, 32);
  return {
    algorithm: 'argon2id',
    memoryKiB: cost?.memoryKiB ?? 65_536,
    passes: cost?.passes ?? 3,
    lanes: cost?.lanes ?? 1,
    salt,
  };
}
