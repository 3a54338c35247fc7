/** A treasury opened to look at its audit log: beside whoever writes, without a lock, changing nothing. */

import type { VaultSigner } from '../../core/audit/vault-key.ts';
import { vaultSigner } from '../../core/audit/vault-key.ts';
import type { Reader } from '../../core/store/tx.ts';
import { openPostgres } from '../store/postgres/store.ts';
import { secretsForReading } from '../store/secrets/open-secrets.ts';
import { shippedMigrations } from '../store/shipped-migrations.ts';
import { openVaultForReading } from '../store/vault/open.ts';
import { secretsKeyFile, secretsKeyOption } from './secrets-key.ts';
import { unlockOptions, unlockWith } from './unlock.ts';
import type { Call } from './verb.ts';
import { vaultOptions, type WhichVault, whichVault } from './which-vault.ts';

export const lookingOptions = { ...vaultOptions, ...unlockOptions };
export const signingOptions = { ...lookingOptions, ...secretsKeyOption };

type Looking = Pick<Call<typeof lookingOptions>, 'options' | 'terminal'>;

/** Everything is read as of one moment. */
export async function lookingInto<T>(
  call: Looking,
  look: (reader: Reader) => Promise<T>,
  which: WhichVault = whichVault(call.options),
): Promise<T> {
  const store =
    which.kind === 'postgres'
      ? openPostgres({ url: which.url, connectionsMax: 1 })
      : await openVaultForReading({
          file: which.file,
          unlock: await unlockWith(which.file, call),
          migrations: shippedMigrations,
        });
  try {
    return await store.snapshot(look);
  } finally {
    await store.close();
  }
}

export async function signerOf(reader: Reader, options: Call<typeof signingOptions>['options']): Promise<VaultSigner> {
  const keyFile = reader.dialect === 'postgres' ? secretsKeyFile(options) : null;
  return vaultSigner(reader, await secretsForReading(reader, keyFile));
}
