/** Tries to open a closed vault are counted beside it, and written into its log when it is next open. */
import { listStaff } from '../../core/access/staff.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import { perform } from '../../core/store/command.ts';
import {
  failedUnlocks,
  forgetFailedUnlocks,
  hasFailedUnlocks,
  noteFailedUnlock,
} from '../store/vault/failed-unlocks.ts';
import { nameTag } from '../store/vault/keys-file.ts';
import type { OpenVault } from '../store/vault/opened-vault.ts';
import type { Unlock } from '../store/vault/slots.ts';
import type { OpenTreasury } from './open-treasury.ts';

/** Opens it, or counts the try. */
export async function countingFailures(
  file: string,
  unlock: Unlock,
  nowMs: number,
  open: () => Promise<OpenVault>,
): Promise<OpenVault> {
  try {
    return await open();
  } catch (error) {
    const isWrong = error instanceof Refusal && error.code === 'vault.wrong_passphrase';
    if (isWrong && unlock.kind === 'slot') noteFailedUnlock(file, unlock.name, nowMs);
    throw error;
  }
}

/** Recorded first and then forgotten: after a crash in between it is recorded twice, and never lost. */
export async function recordFailedUnlocks({ treasury, store }: OpenTreasury): Promise<void> {
  if (store.kind !== 'sqlite' || !hasFailedUnlocks(store.vault.file)) return;
  const { file, vaultId } = store.vault;
  const failed = failedUnlocks(file);
  const names = new Map((await listStaff(treasury.writer)).map(({ id, name }) => [nameTag(vaultId, name), id]));
  const actor = { kind: 'job', id: 'engine', name: 'engine', roles: [] } as const;
  const origin = { host: 'engine', ip: null, userAgent: null, correlationId: 'opening' };
  await perform(treasury, { action: 'vault.failed_unlocks', actor, origin }, async (work) => {
    const details =
      failed === null
        ? { unreadable: true }
        : {
            tries: failed.tries.reduce((sum, { count }) => sum + count, failed.others),
            byName: failed.tries.map(({ tag, count, firstMs, lastMs }) => ({
              staff: names.get(tag) ?? null,
              count,
              firstAtMs: firstMs,
              lastAtMs: lastMs,
            })),
          };
    work.audit({ action: 'vault.failed_unlocks', subject: 'vault', details });
    work.emit({ name: 'vault.failed_unlocks', subject: 'vault' });
  });
  forgetFailedUnlocks(file);
}
