/** One suite, run the same on an encrypted SQLite file and on PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, inject } from 'vitest';
import type { Migration } from '../../core/store/migration.ts';
import type { Dialect } from '../../core/store/tx.ts';
import type { StoreHooks } from '../../main/store/hooks.ts';
import type { WriteStore } from '../../main/store/kysely-store.ts';
import { migrate } from '../../main/store/migrate.ts';
import { openPostgres } from '../../main/store/postgres/store.ts';
import { openDatabase } from '../../main/store/sqlite/database.ts';
import { sqliteWriteStore } from '../../main/store/sqlite/store.ts';
import { migrations as allMigrations } from '../../migrations/index.ts';
import './global-postgres.ts';
import { createDatabase, type TestDatabase } from './postgres.ts';
import { scratchFolder } from './scratch.ts';

export interface OpenOptions {
  /** The schema it is given; all of it unless told otherwise. */
  readonly migrations?: readonly Migration[];
  readonly hooks?: StoreHooks;
}

/** A new, migrated, empty store. It is closed and removed after the test that opened it. */
export type OpenStore = (options?: OpenOptions) => Promise<WriteStore>;

export function forEachStore(suite: (name: Dialect, open: OpenStore) => void): void {
  describe('on SQLite', () => suite('sqlite', opener(newSqlite)));
  describe('on PostgreSQL', () => suite('postgres', opener(postgresMaker())));
}

/** Opens stores of one kind inside a `describe` of its own. */
export function openerOf(name: Dialect): OpenStore {
  return opener(name === 'sqlite' ? newSqlite : postgresMaker());
}

const NOW_MS = Date.UTC(2026, 0, 5);

interface Made {
  readonly store: WriteStore;
  remove(): Promise<void>;
}

type Maker = (options: OpenOptions) => Promise<Made>;

function opener(make: Maker): OpenStore {
  const made: Made[] = [];
  afterEach(async () => {
    for (const { remove } of made.splice(0)) await remove();
  });
  return async (options = {}) => {
    const one = await make(options);
    made.push(one);
    return one.store;
  };
}

async function newSqlite({ migrations = allMigrations, hooks }: OpenOptions): Promise<Made> {
  const folder = mkdtempSync(join(scratchFolder(), 'countersign-store-'));
  const database = openDatabase({ file: join(folder, 'store.vault'), dataKey: randomBytes(32), mode: 'create' });
  const store = sqliteWriteStore(database, hooks);
  await migrateNew(store, migrations);
  return {
    store,
    remove: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The full schema is made once per file and copied; copying a database is quicker than migrating one. */
function postgresMaker(): Maker {
  let template: Promise<TestDatabase> | undefined;
  afterAll(async () => {
    await (await template)?.drop();
  });
  return async ({ migrations, hooks }) => {
    const serverUrl = inject('postgresUrl');
    if (migrations === undefined) template ??= newTemplate(serverUrl);
    const source = migrations === undefined ? await template : undefined;
    const database = await createDatabase(serverUrl, source?.url);
    const store = openPostgres({ url: database.url, ...(hooks ? { hooks } : {}) });
    if (migrations !== undefined) await migrateNew(store, migrations);
    return {
      store,
      remove: async () => {
        await store.close();
        await database.drop();
      },
    };
  };
}

async function newTemplate(serverUrl: string): Promise<TestDatabase> {
  const database = await createDatabase(serverUrl);
  const store = openPostgres({ url: database.url });
  await migrateNew(store, allMigrations);
  await store.close();
  return database;
}

async function migrateNew(store: WriteStore, migrations: readonly Migration[]): Promise<void> {
  await migrate(store, migrations, {
    nowMs: NOW_MS,
    beforeChangingRecords: async () => {
      throw new Error('A new store holds no records yet');
    },
  });
}
