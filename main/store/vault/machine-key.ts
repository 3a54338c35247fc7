/** The file with which `serve` and scheduled jobs open a vault without a person. */
import { Refusal } from '../../../core/errors/refusal.ts';
import { createKeyFile, type KeyFileProblem, readKeyFile } from './key-file.ts';

const HEADING = 'countersign machine key 1';

export function createMachineKey(keyFile: string): void {
  createKeyFile(keyFile, HEADING);
}

export function readMachineKey(keyFile: string): Uint8Array {
  const key = readKeyFile(keyFile, HEADING);
  if (typeof key !== 'string') return key;
  throw new Refusal('vault.wrong_passphrase', { reason: `machine_key_${key}` }, SENTENCES[key]);
}

const SENTENCES: Readonly<Record<KeyFileProblem, string>> = {
  missing: 'The machine key file is not there.',
  readable: 'The machine key file can be read by others. Give it mode 0600.',
  invalid: 'That file is not a machine key.',
};
