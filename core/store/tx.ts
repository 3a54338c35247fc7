/**
 * How core sees a database: as something to read from, something to open a transaction on, or an
 * open transaction. A function's signature says which of the three it needs. The dialects and
 * their drivers live in main/store; core writes one SQL for both.
 */
import type { RawBuilder, Transaction } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { Tables } from './tables.ts';

export type Dialect = 'sqlite' | 'postgres';

/** Can be asked; a pool, a read-only connection or a running transaction. */
export interface Reader {
  readonly dialect: Dialect;
  readonly db: ReadonlyKysely<Tables>;
  /** A hand-written query, for what the builder cannot say. Reads only. */
  rows<Row>(query: RawBuilder<Row>): Promise<readonly Row[]>;
}

/** A running transaction: the only thing that can change records. */
export interface Tx extends Reader {
  readonly write: Transaction<Tables>;
  /** A hand-written statement; gives its `RETURNING` rows and the number of rows it changed. */
  run<Row>(statement: RawBuilder<Row>): Promise<{ readonly rows: readonly Row[]; readonly changed: bigint }>;
}

/**
 * The pool. It can be read from, and opens transactions; using it (or another transaction) inside
 * one of its transactions throws instead of waiting for ever or slipping out of the transaction.
 */
export interface Writer extends Reader {
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}
