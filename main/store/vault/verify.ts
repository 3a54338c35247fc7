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
export function verifyVaultFile({ file, unlock }: { readonly file: string; readonly unlock: Unlock }): FileVerification {
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
    // The key is right and the file does not open: its first page is not what was written.
    return { ok: false, pages: 0, problems: [named(1, 'sqlite_schema', 'does not authenticate')] };
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

function structureProblems(database: Database): readonly PageProblem[] {
  const found: PageProblem[] = [];
  try {
    const check = database.prepare<[], { integrity_check: string }>(`pragma integrity_check(${PROBLEMS_MAX})`);
    for (const { integrity_check: line } of check.iterate()) {
      if (line !== 'ok') found.push(...line.split('\n').flatMap((sentence) => describe(database, sentence)));
    }
  } catch (error) {
    // The walk over the trees names the pages and goes on; the reading of the rows after it stops.
    if (!isDamage(error)) throw error;
    if (found.length === 0) found.push({ page: null, table: null, problem: 'A page cannot be read' });
  }
  return found;
}

/** SQLite says it in words: `Tree 12 page 345: …`, where 12 is the page that the table begins at. */
function describe(database: Database, sentence: string): readonly PageProblem[] {
  if (sentence === '' || sentence.startsWith('***')) return [];
  const page = /page (\d+)/.exec(sentence)?.[1];
  const tree = /Tree (\d+)/.exec(sentence)?.[1];
  const table = tree === undefined ? null : tableAt(database, BigInt(tree));
  if (page === undefined) return [{ page: null, table, problem: sentence }];
  const isUnreadable = /unable to get the page|failed to get page/.test(sentence);
  return [named(Number(page), table, isUnreadable ? 'does not authenticate' : sentence)];
}

function named(page: number, table: string | null, what: string): PageProblem {
  return { page, table, problem: `Page ${page}${table === null ? '' : ` of ${table}`} ${what}` };
}

function tableAt(database: Database, rootPage: bigint): string | null {
  if (rootPage === 1n) return 'sqlite_schema';
  const row = database.prepare<[bigint], { tbl_name: string }>('select tbl_name from sqlite_schema where rootpage = ?').get(rootPage);
  return row?.tbl_name ?? null;
}
