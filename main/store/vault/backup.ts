import { closeSync, existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../../core/errors/refusal.ts';
import { damageAsRefusal } from '../sqlite/damage.ts';
import { openDatabase } from '../sqlite/database.ts';
import { packBackup, unpackBackup } from './backup-file.ts';
import { renameDurably } from './durable-file.ts';
import { pageProblems } from './verify.ts';

export interface BackupTaken {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly takenAtMs: number;
}

export interface BackupRequest {
  readonly file: string;
  readonly dataKey: Uint8Array;
  readonly keysText: string;
  readonly to: string;
  readonly nowMs: number;
}

/**
 * Copies a vault while it is in use, and calls the copy a backup only when it was opened and every
 * page of it read. The copy carries the fence inside: however it is brought back, nothing is paid
 * from it until people have compared what happened since.
 */
export async function takeBackup({ file, dataKey, keysText, to, nowMs }: BackupRequest): Promise<BackupTaken> {
  if (existsSync(to)) throw new Refusal('vault.backup_exists');
  const copy = `${to}.copy`;
  const packed = `${to}.new`;
  const remove = () => {
    for (const leftover of [copy, `${copy}-wal`, `${copy}-shm`, packed]) rmSync(leftover, { force: true });
  };
  remove();
  try {
    copyDatabase(file, copy, dataKey);
    putUpFence(copy, dataKey, nowMs);
    const { bytes, sha256 } = await packBackup(packed, keysText, copy);
    rmSync(copy);
    await prove(packed, copy, dataKey);
    renameDurably(packed, to);
    return { file: to, bytes, sha256, takenAtMs: nowMs };
  } catch (error) {
    throw damageAsRefusal(error);
  } finally {
    remove();
  }
}

/**
 * Keeps the newest of the backups in a folder whose names begin alike, and gives the names of
 * those it removed. The names end in `fileTime`, so that the newest sorts last.
 */
export function rotateBackups(folder: string, prefix: string, keep: number): readonly string[] {
  if (!Number.isInteger(keep) || keep < 1) throw new Error('At least one backup is kept');
  const backups = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d{8}T\d{9}Z\.backup$/.test(name.slice(prefix.length)))
    .sort();
  const old = backups.slice(0, -keep);
  for (const name of old) {
    rmSync(join(folder, name));
    rmSync(checkpointFileOf(join(folder, name)), { force: true });
  }
  return old;
}

/** A time as part of a file's name: `20260105T093000000Z`. */
export function fileTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:.]/g, '');
}

/** How far the audit log went, signed: readable without the vault's key, and to be kept elsewhere. */
export function checkpointFileOf(backup: string): string {
  return `${backup}.checkpoint.json`;
}

/** Where the backup of a vault goes when nobody said otherwise. */
export function backupFile(folder: string, prefix: string, nowMs: number): string {
  return join(folder, `${prefix}${fileTime(nowMs)}.backup`);
}

function copyDatabase(file: string, to: string, dataKey: Uint8Array): void {
  closeSync(openSync(to, 'wx', 0o600));
  const source = openDatabase({ file, dataKey, mode: 'read' });
  try {
    // SQLite's own backup does not work on encrypted databases; this keeps the key.
    source.prepare('vacuum into ?').run(to);
  } finally {
    source.close();
  }
}

function putUpFence(copy: string, dataKey: Uint8Array, nowMs: number): void {
  const database = openDatabase({ file: copy, dataKey, mode: 'write' });
  try {
    database
      .prepare('update vault set fenced_at_ms = ?, fence_reason = ? where fenced_at_ms is null')
      .run(BigInt(nowMs), `Restored from the backup of ${new Date(nowMs).toISOString()}.`);
    database.pragma('wal_checkpoint(truncate)');
  } finally {
    database.close();
  }
}

async function prove(packed: string, copy: string, dataKey: Uint8Array): Promise<void> {
  await unpackBackup(packed, copy);
  const database = openDatabase({ file: copy, dataKey, mode: 'read' });
  try {
    const [problem] = pageProblems(database);
    if (problem !== undefined) throw new Error(`The backup does not verify: ${problem.problem}`);
  } finally {
    database.close();
  }
}
