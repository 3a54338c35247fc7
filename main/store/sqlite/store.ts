import type { Database } from 'better-sqlite3';
import { type Dialect, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Tables } from '../../../core/store/tables.ts';
import { guarded } from '../guarded-driver.ts';
import type { StoreHooks } from '../hooks.ts';
import {
  type ReadStore,
  readerOf,
  slowStatementLog,
  snapshotOf,
  transactOnce,
  type WriteStore,
} from '../kysely-store.ts';
import { bindable } from '../parameters.ts';
import { SqliteDriver } from './driver.ts';

export interface SqliteWriteStore extends WriteStore {
  /** The bare connection, while nobody else uses it: for what is no statement. */
  exclusively<T>(use: (database: Database) => T): Promise<T>;
}

/** Takes the connection over: closing the store closes it. */
export function sqliteWriteStore(database: Database, hooks: StoreHooks = {}): SqliteWriteStore {
  const db = kyselyOn(database, hooks);
  return {
    ...readerOf(db, 'sqlite'),
    transaction: (work) => transactOnce(db, 'sqlite', work, hooks),
    exclusively: (use) => db.connection().execute(async () => use(database)),
    close: () => closeAll(db, database),
  };
}

export function sqliteReadStore(database: Database, hooks: StoreHooks = {}): ReadStore {
  const db = kyselyOn(database, hooks);
  return {
    ...readerOf(db, 'sqlite'),
    snapshot: (work) => snapshotOf(db, 'sqlite', work),
    close: () => closeAll(db, database),
  };
}

function kyselyOn(database: Database, hooks: StoreHooks): Kysely<Tables> {
  const dialect: Dialect = {
    createAdapter: () => new QueueingSqliteAdapter(),
    createDriver: () => guarded(new SqliteDriver(database)),
    createQueryCompiler: () => new PlainSqliteCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
  return new Kysely<Tables>({ dialect, ...slowStatementLog(hooks) });
}

async function closeAll(db: Kysely<Tables>, database: Database): Promise<void> {
  await db.destroy();
  // A store that was never used has no driver yet that could close the connection.
  if (database.open) database.close();
}

/**
 * Kysely's own queue for single connections would wait, before the driver is asked, for the very
 * transaction that is asking. The driver queues by itself, behind the guard.
 */
class QueueingSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class PlainSqliteCompiler extends SqliteQueryCompiler {
  protected override appendValue(value: unknown): void {
    super.appendValue(bindable(value));
  }
}
