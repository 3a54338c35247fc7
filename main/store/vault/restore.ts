import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from '../../../core/errors/refusal.ts';
import { unpackBackup } from './backup-file.ts';
import { renameDurably, writeDurably } from './durable-file.ts';
import { keysFileOf, parseKeys } from './keys-file.ts';
import { takeLock } from './lock.ts';

/**
 * Brings a backup back as a vault, never over another one. It opens with the passphrases and the
 * recovery code of its day, and fenced: the fence is in the backup itself.
 */
export async function restoreVault({
  backup,
  to,
}: {
  readonly backup: string;
  readonly to: string;
}): Promise<{ vaultId: string }> {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const lock = takeLock(to);
  const unpacked = `${to}.restoring`;
  try {
    // A write-ahead file that stayed behind would be replayed into the restored database.
    for (const other of [to, keysFileOf(to), `${to}-wal`]) {
      if (existsSync(other)) throw new Refusal('vault.exists');
    }
    rmSync(unpacked, { force: true });
    const { keysText } = await unpackBackup(backup, unpacked);
    const { vaultId } = parseKeys(keysText);
    writeDurably(keysFileOf(to), keysText);
    renameDurably(unpacked, to);
    return { vaultId };
  } finally {
    rmSync(unpacked, { force: true });
    lock.release();
  }
}
