import { type RawBuilder, sql } from 'kysely';
import type { Dialect } from './tx.ts';

export type ColumnType = 'text' | 'bigint';
type Cell = string | bigint | number | null;

/**
 * A list of rows as one parameter, to be used as a table: `insert into … select … from
 * ${jsonRows(…)} as x`. A thousand rows are one statement on both databases.
 */
export function jsonRows<const C extends Readonly<Record<string, ColumnType>>>(
  dialect: Dialect,
  columns: C,
  rows: readonly { readonly [K in keyof C]: Cell }[],
): RawBuilder<unknown> {
  const names = Object.keys(columns);
  if (dialect === 'postgres') {
    const json = JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
    const fields = names.map((name) => sql`${sql.ref(name)} ${sql.raw(columns[name] as string)}`);
    return sql`(select * from jsonb_to_recordset(${json}::jsonb) as r(${sql.join(fields)}))`;
  }
  // SQLite reads a list faster than an object, and a bigint exactly only from text.
  const json = JSON.stringify(
    rows.map((row) => names.map((name) => (typeof row[name] === 'bigint' ? row[name].toString() : row[name]))),
  );
  const fields = names.map((name, index) => {
    const value = sql`value ->> ${sql.lit(index)}`;
    return columns[name] === 'bigint'
      ? sql`cast(${value} as integer) as ${sql.ref(name)}`
      : sql`${value} as ${sql.ref(name)}`;
  });
  return sql`(select ${sql.join(fields)} from json_each(${json}))`;
}
