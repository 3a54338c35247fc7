/**
 * A backup is one file to carry away: a heading, the keys file, the encrypted database, and the
 * SHA-256 of all that.
 *
 *   CSBACKUP │ version u32 │ length of keys u32 │ length of database u64 │ keys │ database │ SHA-256
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../../../core/errors/refusal.ts';
import { syncFile } from './durable-file.ts';

const MAGIC = Buffer.from('CSBACKUP');
const VERSION = 1;
const HEADING_BYTES = MAGIC.length + 4 + 4 + 8;
const DIGEST_BYTES = 32;
const KEYS_BYTES_MAX = 4 * 1024 * 1024;

export interface PackedFile {
  readonly bytes: number;
  /** Of the whole file, as `sha256sum` prints it. */
  readonly sha256: string;
}

export async function packBackup(to: string, keysText: string, databaseFile: string): Promise<PackedFile> {
  const keys = Buffer.from(keysText);
  const heading = Buffer.alloc(HEADING_BYTES);
  MAGIC.copy(heading);
  heading.writeUInt32BE(VERSION, 8);
  heading.writeUInt32BE(keys.length, 12);
  heading.writeBigUInt64BE(BigInt(statSync(databaseFile).size), 16);
  const content = createHash('sha256');
  const whole = createHash('sha256');
  async function* parts(): AsyncGenerator<Buffer> {
    yield heading;
    yield keys;
    yield* createReadStream(databaseFile) as AsyncIterable<Buffer>;
  }
  async function* sealed(): AsyncGenerator<Buffer> {
    for await (const part of parts()) {
      content.update(part);
      whole.update(part);
      yield part;
    }
    const digest = content.digest();
    whole.update(digest);
    yield digest;
  }
  await pipeline(Readable.from(sealed()), createWriteStream(to, { flags: 'wx', mode: 0o600 }));
  syncFile(to);
  return { bytes: statSync(to).size, sha256: whole.digest('hex') };
}

/** Writes the database out and gives the keys; refuses a file that is not whole. */
export async function unpackBackup(backup: string, databaseFile: string): Promise<{ readonly keysText: string }> {
  if (!existsSync(backup)) throw new Refusal('vault.missing', { part: 'backup' }, 'There is no backup at that place.');
  const { keysBytes, databaseBytes } = await readHeading(backup);
  await checkDigest(backup);
  const keysText = await readKeysText(backup, keysBytes);
  const start = HEADING_BYTES + keysBytes;
  await pipeline(
    createReadStream(backup, { start, end: start + databaseBytes - 1 }),
    createWriteStream(databaseFile, { flags: 'wx', mode: 0o600 }),
  );
  syncFile(databaseFile);
  return { keysText };
}

async function readHeading(backup: string): Promise<{ keysBytes: number; databaseBytes: number }> {
  const { size } = statSync(backup);
  const heading = await readRange(backup, 0, HEADING_BYTES);
  if (heading.length < HEADING_BYTES || !heading.subarray(0, MAGIC.length).equals(MAGIC))
    throw damagedBackup('That file is not a backup.');
  const version = heading.readUInt32BE(8);
  if (version > VERSION) throw new Refusal('vault.newer', { part: 'backup', format: version });
  const keysBytes = heading.readUInt32BE(12);
  const databaseBytes = Number(heading.readBigUInt64BE(16));
  const isWhole = HEADING_BYTES + keysBytes + databaseBytes + DIGEST_BYTES === size;
  if (!isWhole || keysBytes > KEYS_BYTES_MAX || databaseBytes === 0) throw damagedBackup('The backup is not complete.');
  return { keysBytes, databaseBytes };
}

async function checkDigest(backup: string): Promise<void> {
  const { size } = statSync(backup);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(backup, { end: size - DIGEST_BYTES - 1 }) as AsyncIterable<Buffer>)
    hash.update(chunk);
  const expected = await readRange(backup, size - DIGEST_BYTES, DIGEST_BYTES);
  if (!timingSafeEqual(hash.digest(), expected)) throw damagedBackup('The backup was changed after it was taken.');
}

async function readKeysText(backup: string, keysBytes: number): Promise<string> {
  return (await readRange(backup, HEADING_BYTES, keysBytes)).toString('utf8');
}

async function readRange(file: string, position: number, length: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function damagedBackup(sentence: string): Refusal {
  return new Refusal('vault.damaged', { part: 'backup' }, sentence);
}
