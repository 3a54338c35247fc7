import {
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import pg from 'pg';
import type { Tables } from '../../../core/store/tables.ts';
import type { Reader } from '../../../core/store/tx.ts';
import { guarded } from '../guarded-driver.ts';
import type { StoreHooks } from '../hooks.ts';
import { readerOf, slowStatementLog, snapshotOf, transactOnce, type WriteStore } from '../kysely-store.ts';
import { bindable } from '../parameters.ts';
import { retried } from './retry.ts';
import { typeParsers } from './types.ts';

export interface PostgresOptions {
  readonly url: string;
  readonly connectionsMax?: number;
  readonly statementTimeoutMs?: number;
  readonly hooks?: StoreHooks;
}

export interface PostgresStore extends WriteStore {
  snapshot<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 60_000;
const IDLE_IN_TRANSACTION_MS = 60_000;

export function openPostgres({
  url,
  connectionsMax = 10,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
  hooks = {},
}: PostgresOptions): PostgresStore {
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    application_name: 'countersign',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    // Outside of a transaction nothing can be changed; Writer.transaction says "read write".
    options: '-c default_transaction_read_only=on',
    types: typeParsers,
  });
  pool.on('error', (error) => hooks.idleConnectionLost?.(error));
  // While a connection is in use its loss rejects the statement in hand; without a listener the
  // same news would also end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));

  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => guarded(new PostgresDriver({ pool })),
    createQueryCompiler: () => new PlainPostgresCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
  const db = new Kysely<Tables>({ dialect, ...slowStatementLog(hooks) });

  return {
    ...readerOf(db, 'postgres'),
    transaction: (work) => retried(() => transactOnce(db, 'postgres', work, hooks)),
    snapshot: (work) => snapshotOf(db, 'postgres', work),
    close: async () => {
      await db.destroy();
      // A store that was never used has no driver yet that could close the pool.
      if (!pool.ending) await pool.end();
    },
  };
}

class PlainPostgresCompiler extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    super.appendValue(bindable(value));
  }
}
