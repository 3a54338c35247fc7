import { Refusal } from '../../../core/errors/refusal.ts';

/**
 * What SQLite says of a page that does not authenticate or is malformed, and of a first page that
 * does not decrypt: the file was changed by something else, or another key is needed.
 */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB');
}

/** The same error, or the refusal a person can act on, with the error as its cause. */
export function damageAsRefusal(error: unknown): unknown {
  if (!isDamage(error)) return error;
  const refusal = new Refusal('vault.damaged', { part: 'database' });
  refusal.cause = error;
  return refusal;
}

export function sqliteCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
