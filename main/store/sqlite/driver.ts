/**
 * Kysely's driver for one SQLite connection. The connection is synchronous and there is one of
 * it: whoever wants it waits in a queue, so that one transaction runs at a time.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely';
import { damageAsRefusal } from './damage.ts';
import { StatementCache } from './statement-cache.ts';

const WAITING_MAX = 10_000;

export class SqliteDriver implements Driver {
  readonly #database: Database;
  readonly #connection: SqliteConnection;
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  constructor(database: Database) {
    this.#database = database;
    this.#connection = new SqliteConnection(database);
  }

  async init(): Promise<void> {
    // The connection is open already.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (!this.#taken) {
      this.#taken = true;
      return this.#connection;
    }
    if (this.#waiting.length >= WAITING_MAX)
      throw new Error(`More than ${WAITING_MAX} statements wait for the database`);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken = false;
    else next();
  }

  async beginTransaction(_connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    this.#connection.begin(settings.accessMode === 'read only' ? 'begin' : 'begin immediate');
  }

  async commitTransaction(): Promise<void> {
    this.#connection.commit();
  }

  async rollbackTransaction(): Promise<void> {
    this.#connection.rollback();
  }

  async destroy(): Promise<void> {
    this.#database.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: Database;
  readonly #statements: StatementCache;
  #failed: { readonly error: unknown } | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = new StatementCache(database);
  }

  begin(sql: 'begin' | 'begin immediate'): void {
    this.#failed = undefined;
    this.#database.exec(sql);
  }

  commit(): void {
    this.#refuseAfterFailure();
    this.#database.exec('commit');
  }

  rollback(): void {
    this.#failed = undefined;
    // On a full disk, for one, SQLite has rolled back by itself.
    if (this.#database.inTransaction) this.#database.exec('rollback');
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#refuseAfterFailure();
    try {
      return execute<R>(this.#writable(this.#statements.prepare(query.sql)), query.parameters);
    } catch (error) {
      if (this.#database.inTransaction) this.#failed = { error };
      throw damageAsRefusal(error);
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    this.#refuseAfterFailure();
    // Not from the cache: a statement cannot be used again while it is being stepped through.
    const statement = this.#writable(this.#database.prepare(query.sql));
    for (const row of statement.iterate(...query.parameters)) yield { rows: [row as R] };
  }

  #writable(statement: Statement): Statement {
    if (!statement.readonly && !this.#database.inTransaction) {
      throw new Error('Records are changed in a transaction: use Writer.transaction');
    }
    return statement;
  }

  /**
   * PostgreSQL gives a transaction up at its first failed statement; SQLite would go on and commit
   * the rest. The stricter rule holds for both, or one would hide mistakes that the other shows.
   */
  #refuseAfterFailure(): void {
    if (this.#failed === undefined) return;
    throw new Error('A statement of this transaction has failed: it can only be rolled back', {
      cause: this.#failed.error,
    });
  }
}

function execute<R>(statement: Statement, parameters: readonly unknown[]): QueryResult<R> {
  if (!statement.reader) {
    const { changes } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }
  const rows = statement.all(...parameters) as R[];
  return statement.readonly ? { rows } : { rows, numAffectedRows: BigInt(rows.length) };
}
