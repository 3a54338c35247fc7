/**
 * Vitest's global setup for projects whose tests run on databases: a PostgreSQL server, and of both
 * databases an empty one with the whole schema, to be copied. Nearly every test begins with a new
 * store; taking all migrations each time took longer than what most of them are about.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Migration } from '../../core/store/migration.ts';
import type { Writer } from '../../core/store/tx.ts';
import { migrate } from '../../main/store/migrate.ts';
import { openPostgres } from '../../main/store/postgres/store.ts';
import { openDatabase } from '../../main/store/sqlite/database.ts';
import { sqliteWriteStore } from '../../main/store/sqlite/store.ts';
import { migrations } from '../../migrations/index.ts';
import { createDatabase, startPostgres } from './postgres.ts';
import { scratchFolder } from './scratch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgresUrl: string;
    /** Of the database to copy. */
    readonly emptyPostgresUrl: string;
    /** The file to copy, and what opens each copy of it. */
    readonly emptySqlite: { readonly file: string; readonly dataKeyHex: string };
  }
}

const NOW_MS = Date.UTC(2026, 0, 5);

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(scratchFolder(), 'countersign-empty-'));
  project.provide('emptySqlite', await emptySqlite(join(folder, 'empty.vault')));
  const server = await startPostgres();
  project.provide('postgresUrl', server.url);
  project.provide('emptyPostgresUrl', await emptyPostgres(server.url));
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  };
}

async function emptySqlite(file: string): Promise<{ file: string; dataKeyHex: string }> {
  const dataKey = randomBytes(32);
  const store = sqliteWriteStore(openDatabase({ file, dataKey, mode: 'create' }));
  await migrateNew(store, migrations);
  await store.close();
  return { file, dataKeyHex: dataKey.toString('hex') };
}

async function emptyPostgres(serverUrl: string): Promise<string> {
  const { url } = await createDatabase(serverUrl);
  const store = openPostgres({ url });
  await migrateNew(store, migrations);
  await store.close();
  return url;
}

export async function migrateNew(store: Writer, steps: readonly Migration[]): Promise<void> {
  await migrate(store, steps, {
    nowMs: NOW_MS,
    beforeChangingRecords: async () => {
      throw new Error('A new store holds no records yet');
    },
  });
}
