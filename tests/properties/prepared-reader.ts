/**
 * Reads PostgreSQL over a connection of its own, with statements that are planned once: what a
 * simulation asks after each of its steps is the same few questions, and planning them anew takes
 * longer than answering them.
 */
import { hash } from 'node:crypto';
import type { Kysely, RawBuilder } from 'kysely';
import pg from 'pg';
import type { Tables } from '../../core/store/tables.ts';
import type { Reader } from '../../core/store/tx.ts';
import { typeParsers } from '../../main/store/postgres/types.ts';

export async function preparedReader(
  url: string,
  writer: Reader,
): Promise<Reader & { readonly close: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: url, types: typeParsers });
  await client.connect();
  const compiler = writer.db as unknown as Kysely<Tables>;
  return {
    dialect: writer.dialect,
    db: writer.db,
    async rows<Row>(query: RawBuilder<Row>) {
      const { sql: text, parameters } = query.compile(compiler);
      const name = hash('sha256', text, 'hex').slice(0, 32);
      const { rows } = await client.query({ name, text, values: [...parameters] });
      return rows as Row[];
    },
    close: () => client.end(),
  };
}
