/**
 * The entries of a vault as they are hashed, page by page and in order. A page is one piece of
 * memory, `text hash LF text hash LF …`: what is hashed for an entry, the hash before it, a line
 * feed and its own text, so stands in it as it is, and nothing is put together for hashing.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../store/tx.ts';
import { type AuditRow, entryText } from './chain.ts';

const PAGE = 10_000n;

export async function* entryPages(reader: Reader, afterSeq = 0): AsyncGenerator<Buffer> {
  const read = reader.dialect === 'sqlite' ? pageFromSqlite : pageFromPostgres;
  for (let after = BigInt(afterSeq); ; after += PAGE) {
    const page = await read(reader, after);
    // Whether there is more behind a gap, whoever walks asks at the end.
    if (page === null) return;
    yield page;
  }
}

/**
 * SQLite spells JSON as we do, and quicker than by way of fourteen columns; it reads a range of the
 * primary key in its order. Should either ever differ the hash does not fit, and whoever walks asks
 * for the plain row (`plainEntry`) before it says that anything is wrong.
 */
const LINES = sql`cast(group_concat(json_array(seq, at_ms, actor, actor_name, role, host, ip, user_agent,
  correlation_id, action, outcome, subject, details) || hash || char(10), '') as blob)`;

async function pageFromSqlite(reader: Reader, after: bigint): Promise<Buffer | null> {
  const [page] = await reader.rows<{ lines: Buffer | null }>(
    sql`select ${LINES} as lines from audit_entries where seq > ${after} and seq <= ${after + PAGE}`,
  );
  return page?.lines ?? null;
}

async function pageFromPostgres(reader: Reader, after: bigint): Promise<Buffer | null> {
  const rows = await reader.rows(plainRows(sql`seq > ${after} and seq <= ${after + PAGE} order by seq`));
  if (rows.length === 0) return null;
  return Buffer.from(rows.map((row) => `${entryText(row)}${row.hash}\n`).join(''));
}

export interface HashedEntry {
  readonly text: string;
  readonly hash: string;
}

export async function plainEntry(reader: Reader, seq: number): Promise<HashedEntry | null> {
  const [row] = await reader.rows(plainRows(sql`seq = ${BigInt(seq)}`));
  return row === undefined ? null : { text: entryText(row), hash: row.hash };
}

const plainRows = (where: RawBuilder<unknown>) => sql<AuditRow>`select * from audit_entries where ${where}`;

/** A page as entries one by one, where speed does not matter. */
export function entriesOf(page: Buffer): readonly HashedEntry[] {
  const lines = page.toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => ({ text: line.slice(0, -HASH_DIGITS), hash: line.slice(-HASH_DIGITS) }));
}

export const HASH_DIGITS = 64;
