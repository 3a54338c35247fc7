/** One suite, run the same on an encrypted SQLite file and on PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, inject } from 'vitest';
import type { Migration } from '../../core/store/migration.ts';
import type { Dialect } from '../../core/store/tx.ts';
import type { StoreHooks } from '../../main/store/hooks.ts';
import type { WriteStore } from '../../main/store/kysely-store.ts';
import { openPostgres } from '../../main/store/postgres/store.ts';
import { openDatabase } from '../../main/store/sqlite/database.ts';
import { sqliteWriteStore } from '../../main/store/sqlite/store.ts';
import { migrateNew } from './global-stores.ts';
import { createDatabase } from './postgres.ts';
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
  describe('on PostgreSQL', () => suite('postgres', opener(newPostgres)));
}

/** Opens stores of one kind inside a `describe` of its own. */
export function openerOf(name: Dialect): OpenStore {
  return opener(name === 'sqlite' ? newSqlite : newPostgres);
}

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

async function newSqlite({ migrations, hooks }: OpenOptions): Promise<Made> {
  const folder = mkdtempSync(join(scratchFolder(), 'countersign-store-'));
  const file = join(folder, 'store.vault');
  const store = sqliteWriteStore(migrations === undefined ? copyOfEmpty(file) : newDatabase(file), hooks);
  if (migrations !== undefined) await migrateNew(store, migrations);
  return {
    store,
    remove: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function copyOfEmpty(file: string) {
  const empty = inject('emptySqlite');
  copyFileSync(empty.file, file);
  return openDatabase({ file, dataKey: Buffer.from(empty.dataKeyHex, 'hex'), mode: 'write' });
}

function newDatabase(file: string) {
  return openDatabase({ file, dataKey: randomBytes(32), mode: 'create' });
}

async function newPostgres({ migrations, hooks }: OpenOptions): Promise<Made> {
  const database = await createDatabase(
    inject('postgresUrl'),
    migrations === undefined ? inject('emptyPostgresUrl') : undefined,
  );
  const store = openPostgres({ url: database.url, ...(hooks ? { hooks } : {}) });
  if (migrations !== undefined) await migrateNew(store, migrations);
  return {
    store,
    remove: async () => {
      await store.close();
      await database.drop();
    },
  };
}
