import { migrate } from '../../store/migrate.ts';
import { openPostgres } from '../../store/postgres/store.ts';
import { shippedMigrations } from '../../store/shipped-migrations.ts';
import { openVault } from '../../store/vault/open.ts';
import { unlockOptions, unlockWith } from '../unlock.ts';
import { VerbFailed, verb } from '../verb.ts';
import { vaultOptions, whichVault } from '../which-vault.ts';

export const vaultMigrate = verb({
  about:
    'Bring a vault to the schema of this version. A file is backed up first; for a database, say that a backup exists.',
  args: [],
  options: {
    ...vaultOptions,
    'backup-exists': { type: 'boolean', about: 'The database has been backed up' },
    ...unlockOptions,
  },
  async run(call) {
    const which = whichVault(call.options);
    const migrated =
      which.kind === 'postgres'
        ? await migrateDatabase(which.url, call.options['backup-exists'])
        : await migrateFile(which.file, await unlockWith(which.file, call));
    return {
      ok: true,
      json: { migrated, schema: shippedMigrations.length },
      text: [migrated.length === 0 ? 'Nothing to migrate.' : `Migrated: ${migrated.join(', ')}`],
    };
  },
});

async function migrateFile(file: string, unlock: Awaited<ReturnType<typeof unlockWith>>): Promise<readonly number[]> {
  const vault = await openVault({ file, unlock, migrations: shippedMigrations, nowMs: Date.now() });
  await vault.close();
  return vault.migrated;
}

async function migrateDatabase(url: string, backupExists: boolean): Promise<readonly number[]> {
  const store = openPostgres({ url });
  try {
    return await migrate(store, shippedMigrations, {
      nowMs: Date.now(),
      beforeChangingRecords: async () => {
        if (!backupExists) throw new VerbFailed('Back the database up first, then say so with --backup-exists.');
      },
    });
  } finally {
    await store.close();
  }
}
