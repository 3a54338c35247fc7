import type { Tx } from './tx.ts';

/**
 * One step of the schema. A step is never edited once it has shipped: a database that took it
 * would differ from one that takes it later. `tx.dialect` says which database it runs on.
 */
export interface Migration {
  /** 1, 2, 3, … without gaps; the file's name begins with it. */
  readonly number: number;
  readonly name: string;
  readonly up: (tx: Tx) => Promise<void>;
}
