import { basename, dirname, join } from 'node:path';
import { Refusal } from '../../../core/errors/refusal.ts';
import type { Migration } from '../../../core/store/migration.ts';
import type { StoreHooks } from '../hooks.ts';
import type { ReadStore } from '../kysely-store.ts';
import { migrate } from '../migrate.ts';
import { damageAsRefusal } from '../sqlite/damage.ts';
import { sqliteReadStore, sqliteWriteStore } from '../sqlite/store.ts';
import { fileTime, takeBackup } from './backup.ts';
import { damagedDatabase, openWithKey, requireVault } from './database-of-vault.ts';
import { raiseGeneration, vaultRow } from './generation.ts';
import { type Keys, keysText, readKeys, writeKeys } from './keys-file.ts';
import { takeLock } from './lock.ts';
import { type OpenVault, openedVault } from './opened-vault.ts';
import { settled, type Unlock, unlockKeys } from './slots.ts';

export interface OpenOptions {
  readonly file: string;
  readonly unlock: Unlock;
  readonly migrations: readonly Migration[];
  readonly nowMs: number;
  readonly hooks?: StoreHooks;
}

/** Opens a vault for writing. There is one writer: a second one is refused until this one closes. */
export async function openVault(options: OpenOptions): Promise<OpenVault> {
  requireVault(options.file);
  const lock = takeLock(options.file);
  try {
    return await openLocked(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** For whoever holds the lock already; it is theirs to release when this fails. */
export async function openLocked(options: OpenOptions, lock: { release(): void }): Promise<OpenVault> {
  const { file, unlock, migrations, nowMs, hooks = {} } = options;
  const proven = readKeys(file);
  const { database, dataKey, which } = openWithKey(file, unlockKeys(proven, unlock), 'write');
  const store = sqliteWriteStore(database, hooks);
  try {
    let keys: Keys = withoutProofs(proven);
    if (keys.slots.some(({ next }) => next !== null)) {
      keys = settled(keys, which);
      writeKeys(file, keys, [dataKey]);
    }
    const migrated = await migrate(store, migrations, {
      nowMs,
      beforeChangingRecords: async () => {
        const to = join(dirname(file), `${basename(file)}.before-migration-${fileTime(nowMs)}.backup`);
        await takeBackup({ file, dataKey, keysText: keysText(keys, [dataKey]), to, nowMs });
      },
    });
    const inside = await vaultRow(store);
    if (inside === null || inside.id !== keys.vaultId) throw damagedDatabase();
    const opening = await raiseGeneration(store, inside, keys.generation, nowMs, (generation) => {
      keys = { ...keys, generation };
      writeKeys(file, keys, [dataKey]);
    });
    return openedVault({ file, store, keys, dataKey, opening, migrated, lock, hooks });
  } catch (error) {
    await store.close();
    dataKey.fill(0);
    throw damageAsRefusal(error);
  }
}

export interface ReadingOptions {
  readonly file: string;
  readonly unlock: Unlock;
  readonly migrations: readonly Migration[];
  readonly hooks?: StoreHooks;
}

/** Opens a vault to look at it, beside whoever writes: changes nothing, and takes no lock. */
export async function openVaultForReading({
  file,
  unlock,
  migrations,
  hooks = {},
}: ReadingOptions): Promise<ReadStore> {
  requireVault(file);
  const { database, dataKey } = openWithKey(file, unlockKeys(readKeys(file), unlock), 'read');
  dataKey.fill(0);
  const store = sqliteReadStore(database, hooks);
  try {
    const applied = await store.db.selectFrom('schema_migrations').select('number').execute();
    if (applied.length > migrations.length) throw new Refusal('vault.newer');
    if (applied.length < migrations.length) {
      throw new Refusal(
        'vault.unsupported',
        {},
        'The vault was written by an older version: open it once, so that it is brought up to date.',
      );
    }
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

function withoutProofs({ proofs: _proofs, ...keys }: ReturnType<typeof readKeys>): Keys {
  return keys;
}
