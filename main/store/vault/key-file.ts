/** A key in a file of its own: a heading that says whose it is, and 32 bytes in hex. For its owner's eyes only. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';

export type KeyFileProblem = 'missing' | 'readable' | 'invalid';

/** Writes a new key that only the file's owner may read. Never over an existing file. */
export function createKeyFile(file: string, heading: string): void {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, `${heading}\n${randomBytes(32).toString('hex')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export function readKeyFile(file: string, heading: string): Uint8Array | KeyFileProblem {
  if (!existsSync(file)) return 'missing';
  // Windows keeps its rights elsewhere, and shows every file as readable by all.
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) return 'readable';
  const [first, key] = readFileSync(file, 'utf8').split('\n');
  return first === heading && key !== undefined && /^[0-9a-f]{64}$/.test(key) ? Buffer.from(key, 'hex') : 'invalid';
}
