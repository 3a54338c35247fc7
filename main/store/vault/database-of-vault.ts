import { existsSync, statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { Refusal } from '../../../core/errors/refusal.ts';
import { isDamage, sqliteCode } from '../sqlite/damage.ts';
import { openDatabase } from '../sqlite/database.ts';
import type { DataKeyCandidate } from './slots.ts';

export function requireVault(file: string): void {
  if (!existsSync(file)) throw new Refusal('vault.missing');
  // SQLite would take an empty file for a new database.
  if (statSync(file).size === 0) throw damagedDatabase();
}

/** Opens the vault's database with the one of the keys that it has. The others are wiped. */
export function openWithKey(
  file: string,
  candidates: readonly DataKeyCandidate[],
  mode: 'write' | 'read',
): DataKeyCandidate & { readonly database: Database } {
  let damage: unknown;
  for (const candidate of candidates) {
    try {
      const database = openDatabase({ file, dataKey: candidate.dataKey, mode });
      for (const other of candidates) if (other !== candidate) other.dataKey.fill(0);
      return { ...candidate, database };
    } catch (error) {
      if (!isDamage(error)) throw error;
      damage = error;
    }
  }
  // The keys are the right ones, or they would not have unsealed: it is the file that is wrong.
  throw damagedDatabase(damage);
}

/** A first page that does not decrypt makes SQLite say that the file is no database at all. */
export function damagedDatabase(cause?: unknown): Refusal {
  const isFirstPage = sqliteCode(cause) === 'SQLITE_NOTADB';
  const refusal = new Refusal('vault.damaged', { part: 'database', page: isFirstPage ? 1 : null });
  refusal.cause = cause;
  return refusal;
}
