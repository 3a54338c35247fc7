/** The entries of a vault as they are hashed, page by page and in order. */
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../store/tx.ts';
import { type AuditRow, entryText } from './chain.ts';

export interface HashedEntry {
  readonly text: string;
  readonly hash: string;
}

const PAGE = 10_000;

export async function* entryPages(reader: Reader, afterSeq = 0): AsyncGenerator<readonly HashedEntry[]> {
  const read = reader.dialect === 'sqlite' ? textsFromSqlite : textsFromPostgres;
  for (let after = afterSeq; ; after += PAGE) {
    const page = await read(reader, BigInt(after));
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
  }
}

/**
 * SQLite spells JSON as we do, and quicker than by way of fourteen columns. Should a spelling ever
 * differ the hash does not fit, and whoever walks asks for the plain row (`plainEntry`).
 */
const TEXT = sql`json_array(seq, at_ms, actor, actor_name, role, host, ip, user_agent, correlation_id,
  action, outcome, subject, details)`;

function textsFromSqlite(reader: Reader, after: bigint): Promise<readonly HashedEntry[]> {
  return reader.rows<HashedEntry>(
    sql`select ${TEXT} as text, hash from audit_entries where seq > ${after} order by seq limit ${PAGE}`,
  );
}

async function textsFromPostgres(reader: Reader, after: bigint): Promise<readonly HashedEntry[]> {
  const rows = await reader.rows(plainRows(sql`seq > ${after} order by seq limit ${PAGE}`));
  return rows.map((row) => ({ text: entryText(row), hash: row.hash }));
}

export async function plainEntry(reader: Reader, seq: number): Promise<HashedEntry | null> {
  const [row] = await reader.rows(plainRows(sql`seq = ${BigInt(seq)}`));
  return row === undefined ? null : { text: entryText(row), hash: row.hash };
}

const plainRows = (where: RawBuilder<unknown>) => sql<AuditRow>`select * from audit_entries where ${where}`;
