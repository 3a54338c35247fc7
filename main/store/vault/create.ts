import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { Refusal } from '../../../core/errors/refusal.ts';
import type { Migration } from '../../../core/store/migration.ts';
import type { Writer } from '../../../core/store/tx.ts';
import type { StoreHooks } from '../hooks.ts';
import { migrate } from '../migrate.ts';
import { openDatabase } from '../sqlite/database.ts';
import { sqliteWriteStore } from '../sqlite/store.ts';
import { renameDurably } from './durable-file.ts';
import { keysFileOf, newKeys, readKeys, writeKeys } from './keys-file.ts';
import { takeLock } from './lock.ts';
import { openLocked } from './open.ts';
import type { OpenVault } from './opened-vault.ts';
import { newRecoveryCode } from './recovery-code.ts';
import { makeSlot, type PersonSlot } from './slots.ts';

export interface CreateOptions<T> {
  readonly file: string;
  readonly vaultId: string;
  readonly founder: PersonSlot;
  readonly migrations: readonly Migration[];
  /** Writes the first records, the vault's own row with generation 1 among them. */
  readonly found: (writer: Writer, recoveryCode: string) => Promise<T>;
  /** What the keys file holds the vault to from now on. */
  readonly fingerprint?: (founded: T) => string;
  readonly nowMs: number;
  readonly hooks?: StoreHooks;
}

export interface Created<T> {
  readonly vault: OpenVault;
  readonly founded: T;
  /** Shown once, and stored nowhere. */
  readonly recoveryCode: string;
}

/**
 * Makes a vault and opens it. The database is made under another name and gets its own only when
 * it is complete, so that a crash leaves either no vault or a whole one.
 */
export async function createVault<T>(options: CreateOptions<T>): Promise<Created<T>> {
  const { file, vaultId, founder, migrations, nowMs, hooks = {} } = options;
  const lock = takeLock(file);
  const dataKey = randomBytes(32);
  try {
    refuseExisting(file);
    const unfinished = `${file}.unfinished`;
    removeUnfinished(unfinished);
    // SQLite gives its other files the rights of this one.
    closeSync(openSync(unfinished, 'wx', 0o600));
    const recoveryCode = newRecoveryCode();
    const founded = await writeFirstRecords(unfinished, dataKey, recoveryCode, options);
    const slots = [
      makeSlot(vaultId, founder, dataKey),
      makeSlot(vaultId, { kind: 'recovery', code: recoveryCode }, dataKey),
    ];
    const founding = options.fingerprint?.(founded) ?? null;
    writeKeys(file, { ...newKeys(vaultId), founding, slots }, [dataKey]);
    renameDurably(unfinished, file);
    const vault = await openLocked({ file, unlock: { kind: 'resume', dataKey }, migrations, nowMs, hooks }, lock);
    return { vault, founded, recoveryCode };
  } catch (error) {
    lock.release();
    throw error;
  } finally {
    dataKey.fill(0);
  }
}

async function writeFirstRecords<T>(
  file: string,
  dataKey: Uint8Array,
  recoveryCode: string,
  options: CreateOptions<T>,
): Promise<T> {
  const store = sqliteWriteStore(openDatabase({ file, dataKey, mode: 'create' }), options.hooks);
  try {
    await migrate(store, options.migrations, {
      nowMs: options.nowMs,
      beforeChangingRecords: async () => {
        throw new Error('A vault that is being made holds no records yet');
      },
    });
    return await options.found(store, recoveryCode);
  } finally {
    await store.close();
  }
}

/**
 * A keys file without its vault may be all that is left of one, and is never written over; but
 * one with generation 0 was never opened: it belongs to a creation that was cut short.
 */
function refuseExisting(file: string): void {
  for (const other of [file, `${file}-wal`]) {
    if (existsSync(other)) throw new Refusal('vault.exists');
  }
  if (existsSync(keysFileOf(file)) && readKeys(file).generation > 0) {
    throw new Refusal('vault.exists', { part: 'keys' }, 'There is a keys file of another vault at that place.');
  }
}

function removeUnfinished(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}
