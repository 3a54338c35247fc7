import { CompiledQuery, sql } from 'kysely';
import { type ColumnType, jsonRows } from './json-rows.ts';
import type { Tables } from './tables.ts';
import type { Tx } from './tx.ts';

type Cell = string | bigint | null;

/** Rows of one statement on SQLite; more gain nothing, and so few lengths of statement stay prepared. */
const CHUNKS = [100, 10, 1] as const;

/**
 * Inserts any number of rows in a handful of statements. `onConflict` names the columns whose
 * repetition is passed over. Gives the number of rows that were new.
 */
export async function insertRows<T extends keyof Tables & string>(
  tx: Tx,
  table: T,
  columns: { readonly [C in keyof Tables[T] & string]: ColumnType },
  rows: readonly { readonly [C in keyof Tables[T] & string]: Cell }[],
  onConflict?: readonly (keyof Tables[T] & string)[],
): Promise<number> {
  const names = Object.keys(columns) as (keyof Tables[T] & string)[];
  const conflict = onConflict ? ` on conflict (${onConflict.join(', ')}) do nothing` : '';
  if (tx.dialect === 'postgres') {
    const list = sql.raw(names.join(', '));
    const source = jsonRows(tx.dialect, columns as Readonly<Record<string, ColumnType>>, rows);
    const { changed } = await tx.run(
      sql`insert into ${sql.table(table)} (${list}) select ${list} from ${source} as x ${sql.raw(conflict)}`,
    );
    return Number(changed);
  }
  let inserted = 0;
  let from = 0;
  while (from < rows.length) {
    const left = rows.length - from;
    const size = CHUNKS.find((chunk) => chunk <= left) ?? 1;
    const values: Cell[] = [];
    for (const row of rows.slice(from, from + size)) for (const name of names) values.push(row[name]);
    const { numAffectedRows } = await tx.write.executeQuery(
      CompiledQuery.raw(insertText(table, names, size, conflict), values),
    );
    inserted += Number(numAffectedRows ?? 0n);
    from += size;
  }
  return inserted;
}

const texts = new Map<string, string>();

/** The same text each time, so that the driver finds the statement it prepared before. */
function insertText(table: string, names: readonly string[], rows: number, conflict: string): string {
  const key = `${table}/${rows}${conflict}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const row = `(${names.map(() => '?').join(', ')})`;
  const text = `insert into ${table} (${names.join(', ')}) values ${Array.from({ length: rows }, () => row).join(', ')}${conflict}`;
  texts.set(key, text);
  return text;
}
