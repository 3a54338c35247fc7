import Database from 'better-sqlite3';

export interface DatabaseFile {
  readonly file: string;
  /** 32 bytes. */
  readonly dataKey: Uint8Array;
  readonly mode: 'create' | 'write' | 'read';
}

/** What the build with ciphers adds; the key goes in as bytes, never as the text of a statement. */
interface Keyed {
  key(key: Buffer): number;
  rekey(key: Buffer): number;
}

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens an encrypted database file. A wrong key, or a file that is no database, shows here
 * already (`SQLITE_NOTADB`), because the settings read the first page.
 */
export function openDatabase({ file, dataKey, mode }: DatabaseFile): Database.Database {
  const database = new Database(file, {
    readonly: mode === 'read',
    fileMustExist: mode !== 'create',
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    database.pragma("cipher = 'aegis'");
    keyed(database).key(rawKey(dataKey));
    database.defaultSafeIntegers(true);
    // Temporary tables and sorts would land unencrypted on the disk.
    database.pragma('temp_store = memory');
    if (mode !== 'read') {
      database.pragma('journal_mode = wal');
      database.pragma('synchronous = full');
    }
    database.pragma('foreign_keys = on');
    // A file is not trusted: functions named in its schema must be harmless, its pages well-formed.
    database.pragma('trusted_schema = off');
    database.pragma('cell_size_check = on');
    database.pragma('cache_size = -65536');
    database.prepare('select count(*) from sqlite_schema').get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

export function changeKey(database: Database.Database, dataKey: Uint8Array): void {
  keyed(database).rekey(rawKey(dataKey));
}

function keyed(database: Database.Database): Database.Database & Keyed {
  return database as Database.Database & Keyed;
}

function rawKey(dataKey: Uint8Array): Buffer {
  if (dataKey.length !== 32) throw new Error('A data key has 32 bytes');
  return Buffer.from(`raw:${Buffer.from(dataKey).toString('hex')}`);
}
