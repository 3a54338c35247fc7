/** The file with which `serve` and scheduled jobs open a vault without a person. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { Refusal } from '../../../core/errors/refusal.ts';

const HEADING = 'countersign machine key 1';

/** Writes a new key that only the file's owner may read. Never over an existing file. */
export function createMachineKey(keyFile: string): void {
  const handle = openSync(keyFile, 'wx', 0o600);
  try {
    writeSync(handle, `${HEADING}\n${randomBytes(32).toString('hex')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export function readMachineKey(keyFile: string): Uint8Array {
  if (!existsSync(keyFile)) throw unusable('machine_key_missing', 'The machine key file is not there.');
  // Windows keeps its rights elsewhere, and shows every file as readable by all.
  if (process.platform !== 'win32' && (statSync(keyFile).mode & 0o077) !== 0) {
    throw unusable('machine_key_readable', 'The machine key file can be read by others. Give it mode 0600.');
  }
  const [heading, key] = readFileSync(keyFile, 'utf8').split('\n');
  if (heading !== HEADING || key === undefined || !/^[0-9a-f]{64}$/.test(key)) {
    throw unusable('machine_key_invalid', 'That file is not a machine key.');
  }
  return Buffer.from(key, 'hex');
}

function unusable(reason: string, sentence: string): Refusal {
  return new Refusal('vault.wrong_passphrase', { reason }, sentence);
}
