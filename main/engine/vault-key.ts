import { giveVaultKey, vaultPublicKey } from '../../core/audit/vault-key.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import { perform, type Treasury } from '../../core/store/command.ts';

const ENGINE = { kind: 'job', id: 'engine', name: 'engine', roles: [] } as const;

/**
 * A vault that was founded before vaults had keys gets its own when it is opened. Where the box of
 * secrets cannot be opened the refusal is in the log, and what needs the key is refused.
 */
export async function ensureVaultKey(treasury: Treasury): Promise<void> {
  if ((await vaultPublicKey(treasury.writer)) !== null) return;
  const origin = { host: 'engine', ip: null, userAgent: null, correlationId: 'open' };
  try {
    await perform(treasury, { action: 'vault.key', actor: ENGINE, origin }, giveVaultKey);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
