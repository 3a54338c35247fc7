import { keepCheckpoint, type SignedCheckpoint } from '../../../core/audit/checkpoints.ts';
import { vaultPublicKey, vaultSigner } from '../../../core/audit/vault-key.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { openSecrets } from '../secrets/open-secrets.ts';

/** Kept in the vault before it is copied, so that the copy has it inside, and given to lie beside it. */
export async function checkpointForBackup(writer: Writer, nowMs: number): Promise<string | null> {
  const head = await writer.db.selectFrom('audit_head').select('size').executeTakeFirst();
  // A vault that has just been made, or was never opened since vaults have keys, has nothing to sign.
  if (!head || head.size === 0n || (await vaultPublicKey(writer)) === null) return null;
  const signer = await vaultSigner(writer, await openSecrets(writer, null));
  return checkpointText(await keepCheckpoint(writer, signer, { nowMs: () => nowMs }));
}

/** A checkpoint as a file of its own. */
export function checkpointText({ statement, signature }: SignedCheckpoint): string {
  return `${JSON.stringify({ statement, signature }, null, 2)}\n`;
}
