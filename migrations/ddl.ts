/** The few words in which the two databases' schemas differ. */
import { sql } from 'kysely';
import type { Tx } from '../core/store/tx.ts';

export async function statement(tx: Tx, text: string): Promise<void> {
  await tx.run(sql.raw(text));
}

/**
 * Columns are written once, with `bigint` and `text` only. SQLite tables are STRICT and spell
 * `bigint` as `integer`; a clustered table is stored by its primary key there.
 */
export async function createTable(
  tx: Tx,
  name: string,
  columns: string,
  options: { readonly clustered?: boolean } = {},
): Promise<void> {
  if (tx.dialect === 'postgres') {
    await statement(tx, `create table ${name} (${columns})`);
    return;
  }
  const sqliteColumns = columns.replaceAll(/\bbigint\b/g, 'integer');
  await statement(tx, `create table ${name} (${sqliteColumns}) strict${options.clustered ? ', without rowid' : ''}`);
}

export async function addColumn(tx: Tx, table: string, column: string): Promise<void> {
  const spelled = tx.dialect === 'postgres' ? column : column.replaceAll(/\bbigint\b/g, 'integer');
  await statement(tx, `alter table ${table} add column ${spelled}`);
}

/** What these columns of a row began with never changes, and the row is never deleted. */
export async function forbidChangeOf(tx: Tx, table: string, columns: readonly string[]): Promise<void> {
  const changed = columns.map((column) => `new.${column} is distinct from old.${column}`).join(' or ');
  const list = columns.join(', ');
  if (tx.dialect === 'sqlite') {
    await statement(
      tx,
      `create trigger ${table}_kept before update of ${list} on ${table} when ${changed}
       begin select raise(abort, '${table} keeps what it began with'); end`,
    );
    await statement(
      tx,
      `create trigger ${table}_no_delete before delete on ${table}
       begin select raise(abort, '${table} keeps what it began with'); end`,
    );
    return;
  }
  await statement(
    tx,
    `create or replace function refuse_kept_change() returns trigger language plpgsql as
     $$ begin raise exception '% keeps what it began with', tg_table_name using errcode = 'integrity_constraint_violation'; end $$`,
  );
  await statement(
    tx,
    `create trigger ${table}_kept before update of ${list} on ${table}
     for each row when (${changed}) execute function refuse_kept_change()`,
  );
  await statement(
    tx,
    `create trigger ${table}_no_delete before delete or truncate on ${table}
     for each statement execute function refuse_kept_change()`,
  );
}

/** Rows of this table are never updated or deleted: the database itself refuses. */
export async function forbidChange(tx: Tx, table: string): Promise<void> {
  if (tx.dialect === 'sqlite') {
    for (const change of ['update', 'delete']) {
      await statement(
        tx,
        `create trigger ${table}_no_${change} before ${change} on ${table}
         begin select raise(abort, '${table} is append only'); end`,
      );
    }
    return;
  }
  await statement(
    tx,
    `create or replace function refuse_change() returns trigger language plpgsql as
     $$ begin raise exception '% is append only', tg_table_name using errcode = 'integrity_constraint_violation'; end $$`,
  );
  await statement(
    tx,
    `create trigger ${table}_append_only before update or delete or truncate on ${table}
     for each statement execute function refuse_change()`,
  );
}
