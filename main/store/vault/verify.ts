/**
 * Is the file what was written? Every page is read, and each carries a proof that it was written
 * with the vault's key at its place; then SQLite checks the structure, and the references.
 */
import type { Database } from 'better-sqlite3';
import { Refusal } from '../../../core/errors/refusal.ts';
import { isDamage } from '../sqlite/damage.ts';
import { openWithKey, requireVault } from './database-of-vault.ts';
import { readKeys } from './keys-file.ts';
import { type Unlock, unlockKeys } from './slots.ts';

export interface PageProblem {
  readonly page: number | null;
  readonly table: string | null;
  /** One sentence that names both, where they are known. */
  readonly problem: string;
}

export interface FileVerification {
  readonly ok: boolean;
  readonly pages: number;
  readonly problems: readonly PageProblem[];
}

const PROBLEMS_MAX = 100;

/** Needs no lock; a vault that is being written to is verified as of one moment. */
export function verifyVaultFile({
  file,
  unlock,
}: {
  readonly file: string;
  readonly unlock: Unlock;
}): FileVerification {
  requireVault(file);
  const candidates = unlockKeys(readKeys(file), unlock);
  try {
    const { database, dataKey } = openWithKey(file, candidates, 'read');
    dataKey.fill(0);
    try {
      const problems = pageProblems(database);
      return { ok: problems.length === 0, pages: Number(database.pragma('page_count', { simple: true })), problems };
    } finally {
      database.close();
    }
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'vault.damaged')) throw error;
    const problem =
      error.data.page === 1
        ? named(1, 'sqlite_schema', 'does not authenticate')
        : { page: null, table: 'sqlite_schema', problem: 'The pages that describe the tables cannot be read' };
    return { ok: false, pages: 0, problems: [problem] };
  }
}

export function pageProblems(database: Database): readonly PageProblem[] {
  const structure = structureProblems(database);
  if (structure.length > 0) return structure;
  const dangling = database.pragma('foreign_key_check') as { table: string; rowid: bigint; parent: string }[];
  return dangling.slice(0, PROBLEMS_MAX).map(({ table, rowid, parent }) => ({
    page: null,
    table,
    problem: `Row ${rowid} of ${table} refers to a row of ${parent} that is not there`,
  }));
}

/**
 * Table by table, because after one page that does not authenticate SQLite reads none for the
 * rest of that statement, and names every page it then asks for. So the first one named is the
 * right one, and others of the same table may hide behind it.
 */
function structureProblems(database: Database): readonly PageProblem[] {
  const roots = rootsOf(database);
  const tables = new Set(['sqlite_schema', ...roots.values()]);
  const found = [...tables].flatMap((table) => firstOf(sentencesOf(database, table), roots));
  return found.length > 0 ? found : sentencesOf(database, null).map((sentence) => described(sentence, roots));
}

function firstOf(sentences: readonly string[], roots: ReadonlyMap<number, string>): readonly PageProblem[] {
  const unreadable = sentences.find(isUnreadable);
  const kept = unreadable === undefined ? sentences : [unreadable];
  return kept.map((sentence) => described(sentence, roots));
}

/** What SQLite finds wrong with a table, or with the whole file. */
function sentencesOf(database: Database, table: string | null): readonly string[] {
  const sql =
    table === null
      ? `pragma integrity_check(${PROBLEMS_MAX})`
      : `pragma integrity_check("${table.replaceAll('"', '""')}")`;
  const sentences: string[] = [];
  try {
    for (const text of database.prepare<[], string>(sql).pluck().iterate()) {
      sentences.push(...text.split('\n').filter((line) => line !== '' && line !== 'ok' && !line.startsWith('***')));
    }
  } catch (error) {
    // After the walk over the pages, which goes on, comes the reading of the rows, which stops.
    if (!isDamage(error)) throw error;
    if (sentences.length === 0) sentences.push(`${table ?? 'The file'} cannot be read`);
  }
  return sentences;
}

/** Which table (or the table of which index) begins at which page. */
function rootsOf(database: Database): ReadonlyMap<number, string> {
  const rows = database
    .prepare<[], { rootpage: bigint; tbl_name: string }>(
      'select rootpage, tbl_name from sqlite_schema where rootpage > 0',
    )
    .all();
  return new Map([
    [1, 'sqlite_schema'],
    ...rows.map(({ rootpage, tbl_name }) => [Number(rootpage), tbl_name] as const),
  ]);
}

function isUnreadable(sentence: string): boolean {
  return /unable to get the page|failed to get page/.test(sentence);
}

/** SQLite says it in words: `Tree 12 page 345: …`, where 12 is the page that the table begins at. */
function described(sentence: string, roots: ReadonlyMap<number, string>): PageProblem {
  // An overflow page is named at the end, after the page that refers to it.
  const page = /failed to get page (\d+)/.exec(sentence)?.[1] ?? /page (\d+)/i.exec(sentence)?.[1];
  const tree = /Tree (\d+)/.exec(sentence)?.[1];
  const table = tree === undefined ? null : (roots.get(Number(tree)) ?? null);
  if (page === undefined) return { page: null, table, problem: sentence };
  return named(Number(page), table, isUnreadable(sentence) ? 'does not authenticate' : `is malformed (${sentence})`);
}

function named(page: number, table: string | null, what: string): PageProblem {
  return { page, table, problem: `Page ${page}${table === null ? '' : ` of ${table}`} ${what}` };
}
