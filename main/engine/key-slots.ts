/** The ways into a vault file follow who is on staff: whoever was let in has a slot, whoever left has none. */
import { z } from 'zod';
import { acceptedKeys, forgetProposal } from '../../core/access/proposals.ts';
import { RECOVERY } from '../../core/access/trust/governance-statement.ts';
import { trustOf } from '../../core/access/trust/trust.ts';
import { type Credentials, credentials } from '../../core/contract/vault.ts';
import { hex } from '../../core/contract/words.ts';
import type { Treasury } from '../../core/store/command.ts';
import type { OpenVault } from '../store/vault/opened-vault.ts';

const NO_SECRET = '0'.repeat(64);
const sheetSecret = z.strictObject({ slotSecret: hex(32) });

/**
 * Makes sure that this secret opens the file for this person: after they were let in or changed
 * their passphrase, and at each sign-in, where a crash may have left their slot behind.
 */
export function ensureSlot(
  vault: OpenVault,
  name: string,
  { kdf, slotSecret }: Pick<Credentials, 'kdf' | 'slotSecret'>,
) {
  const slot = { kind: 'person', name, kdf, slotSecret } as const;
  const found = vault.personSlot(name, slotSecret);
  if (found === 'missing') vault.addPerson(slot);
  if (found === 'does not open') vault.replacePerson(slot);
}

/** After governance acts were done, and at each opening for those that a crash came after. `vault`: null on a database. */
export async function settleKeySlots({ writer, secrets }: Treasury, vault: OpenVault | null): Promise<void> {
  for (const { publicKey, staffId, name, brought } of await acceptedKeys(writer, secrets)) {
    if (vault && staffId === RECOVERY) vault.replaceRecovery(sheetSecret.parse(brought()).slotSecret);
    else if (vault) ensureSlot(vault, name, credentials.parse(brought()));
    await writer.transaction((tx) => forgetProposal(tx, publicKey));
  }
  if (!vault) return;
  for (const { name, status } of (await trustOf(writer)).people.values()) {
    if (status === 'left' && vault.personSlot(name, NO_SECRET) !== 'missing') vault.removePerson(name);
  }
}
