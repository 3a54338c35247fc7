import Database from 'better-sqlite3';
import { Refusal } from '../../../core/errors/refusal.ts';
import { sqliteCode } from '../sqlite/damage.ts';

/**
 * The right to write to a vault: an exclusive lock that the operating system gives up when the
 * process dies, however it dies. The empty file `NAME.vault.lock` stays behind; removing it would
 * let two programs hold locks on two files of one name.
 */
export function takeLock(file: string): { release(): void } {
  const lock = new Database(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY')) throw new Refusal('vault.in_use');
    throw error;
  }
  return { release: () => lock.close() };
}
