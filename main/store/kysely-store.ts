/** Core's three faces of a database (core/store/tx.ts), put on a Kysely of either dialect. */
import type { Kysely, LogConfig, RawBuilder, Transaction } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { Tables } from '../../core/store/tables.ts';
import type { Dialect, Reader, Tx, Writer } from '../../core/store/tx.ts';
import { SLOW_STATEMENT_MS_MIN, type StoreHooks } from './hooks.ts';
import { inTransaction } from './transaction-guard.ts';

/** A store that can only be read, with a connection of its own. */
export interface ReadStore extends Reader {
  /** Several queries that all see the same moment, while others go on writing. */
  snapshot<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface WriteStore extends Writer {
  close(): Promise<void>;
}

export function readerOf(db: Kysely<Tables>, dialect: Dialect): Reader {
  return {
    dialect,
    // The builder's own read-only face is a type; what runs behind it is the same object.
    db: db as unknown as ReadonlyKysely<Tables>,
    rows: async <Row>(query: RawBuilder<Row>) => (await query.execute(db)).rows,
  };
}

export function txOf(write: Transaction<Tables>, dialect: Dialect): Tx {
  return {
    ...readerOf(write, dialect),
    write,
    run: async <Row>(statement: RawBuilder<Row>) => {
      const { rows, numAffectedRows } = await statement.execute(write);
      return { rows, changed: numAffectedRows ?? 0n };
    },
  };
}

/**
 * One attempt at a transaction. What the work threw is what the caller gets, even when the
 * rollback after it fails too.
 */
export async function transactOnce<T>(
  db: Kysely<Tables>,
  dialect: Dialect,
  work: (tx: Tx) => Promise<T>,
  hooks: StoreHooks,
): Promise<T> {
  let failure: { readonly error: unknown } | undefined;
  return inTransaction(async (begun) => {
    try {
      return await db
        .transaction()
        .setAccessMode('read write')
        .execute(async (transaction) => {
          begun();
          try {
            return await work(txOf(transaction, dialect));
          } catch (error) {
            failure = { error };
            throw error;
          }
        });
    } catch (error) {
      if (failure === undefined || failure.error === error) throw error;
      hooks.rollbackFailed?.(error);
      throw failure.error;
    }
  });
}

export async function snapshotOf<T>(
  db: Kysely<Tables>,
  dialect: Dialect,
  work: (reader: Reader) => Promise<T>,
): Promise<T> {
  return inTransaction((begun) => {
    // SQLite's read transactions are snapshots by nature and know no levels.
    const transaction = db.transaction().setAccessMode('read only');
    const leveled = dialect === 'postgres' ? transaction.setIsolationLevel('repeatable read') : transaction;
    return leveled.execute(async (open) => {
      begun();
      return work(readerOf(open, dialect));
    });
  });
}

/** Kysely's log, reduced to what took long. */
export function slowStatementLog(hooks: StoreHooks): { log?: LogConfig } {
  const { slowStatement } = hooks;
  if (slowStatement === undefined) return {};
  return {
    log: ({ query, queryDurationMillis }) => {
      if (queryDurationMillis > SLOW_STATEMENT_MS_MIN)
        slowStatement({ sql: query.sql, durationMs: queryDurationMillis });
    },
  };
}
