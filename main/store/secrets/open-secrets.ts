/**
 * Where the key of the box of secrets is. A vault file keeps it inside, encrypted with everything
 * else, so that it survives a new data key. A shared database never holds it: the server has it in
 * a file, and the database only what tells the right file from another.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { closedBox, type SecretBox, secretsKeyMissing, secretsKeyWrong } from '../../../core/store/secrets.ts';
import type { Reader, Writer } from '../../../core/store/tx.ts';
import { createKeyFile, readKeyFile } from '../vault/key-file.ts';
import { checkValueOf, secretBox } from './secret-box.ts';

const HEADING = 'countersign secrets key 1';

/** What a server is told of the file with its key. */
export interface SecretsKeyFile {
  readonly file: string;
}

/** For whoever writes: the key is made where the database has none yet. */
export async function openSecrets(writer: Writer, keyFile: SecretsKeyFile | null): Promise<SecretBox> {
  const known = await keyRow(writer);
  if (known !== undefined) return boxOf(known, keyFile);
  const key = keyFile === null ? randomBytes(32) : keyOfNewDatabase(keyFile.file);
  // A file that is not usable is said to be so by whatever needs it.
  if (key === null) return boxOf({ key: null, check_value: '' }, keyFile);
  const row = { key: keyFile === null ? Buffer.from(key).toString('hex') : null, check_value: checkValueOf(key) };
  await writer.transaction((tx) =>
    tx.write
      .insertInto('secrets_key')
      .values({ one: 1n, ...row })
      // Another server may have been first.
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  return boxOf((await keyRow(writer)) ?? row, keyFile);
}

/** For whoever reads only. */
export async function secretsForReading(reader: Reader, keyFile: SecretsKeyFile | null): Promise<SecretBox> {
  return boxOf((await keyRow(reader)) ?? { key: null, check_value: '' }, keyFile);
}

interface KeyRow {
  readonly key: string | null;
  readonly check_value: string;
}

function keyRow(reader: Reader): Promise<KeyRow | undefined> {
  return reader.db.selectFrom('secrets_key').select(['key', 'check_value']).executeTakeFirst();
}

function boxOf({ key: inside, check_value }: KeyRow, keyFile: SecretsKeyFile | null): SecretBox {
  if (inside !== null) return provenBox(Buffer.from(inside, 'hex'), check_value);
  if (keyFile === null) return closedBox(() => secretsKeyMissing());
  const key = readKeyFile(keyFile.file, HEADING);
  if (key === 'missing') return closedBox(() => secretsKeyMissing(keyFile.file));
  return typeof key === 'string' ? closedBox(() => secretsKeyWrong()) : provenBox(key, check_value);
}

function provenBox(key: Uint8Array, checkValue: string): SecretBox {
  const given = Buffer.from(checkValueOf(key));
  const expected = Buffer.from(checkValue);
  const fits = given.length === expected.length && timingSafeEqual(given, expected);
  return fits ? secretBox(key) : closedBox(() => secretsKeyWrong());
}

/** One file may serve several databases of a server: it is made once, and never written over. */
function keyOfNewDatabase(file: string): Uint8Array | null {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    createOnce(file);
  }
  const key = readKeyFile(file, HEADING);
  return typeof key === 'string' ? null : key;
}

function createOnce(file: string): void {
  try {
    createKeyFile(file, HEADING);
  } catch (error) {
    // Another server of this machine was first; its key is read.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
