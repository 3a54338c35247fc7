import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMachineKey } from '../../../main/store/vault/machine-key.ts';
import { countersign, errorLine } from './command.ts';
import { FOUNDER, type FoundedVault, foundedVault, PASSPHRASE } from './founded-vault.ts';

let on: FoundedVault;
beforeEach(async () => {
  on = await foundedVault();
});
afterEach(() => rmSync(on.folder, { recursive: true }));

const asFounder = () => ['--vault', on.file, '--as', FOUNDER, '--passphrase-stdin'];

test('a job is run on a vault file with a passphrase or a machine key, and remembered', async () => {
  const keyFile = path.join(on.folder, 'machine.key');
  createMachineKey(keyFile);
  on.vault.addMachine(keyFile);
  await on.vault.close();
  const backup = await countersign(['job', 'run', 'backup', ...asFounder(), '--json'], `${PASSPHRASE}\n`);
  expect({ exit: backup.exit, stderr: backup.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(JSON.parse(backup.stdout)).toMatchObject({
    name: 'backup',
    outcome: 'ok',
    summary: expect.stringContaining('proven'),
  });

  const byMachine = ['--vault', on.file, '--machine-key', keyFile];
  const released = await countersign(['job', 'run', 'process-escrow', ...byMachine]);
  expect(released.stdout).toBe('process-escrow: ok, 0 released\n');
  const list = await countersign(['job', 'list', ...byMachine, '--json']);
  expect(JSON.parse(list.stdout)).toContainEqual(
    expect.objectContaining({ name: 'backup', lastOutcome: 'ok', health: 'ok', timetable: '30 1 * * *' }),
  );
});

test('what providers say is read by one command, of every rail that is set up or of the one that is named', async () => {
  await on.vault.close();
  const all = await countersign(['sync', ...asFounder(), '--json'], `${PASSPHRASE}\n`);
  expect({ exit: all.exit, stderr: all.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(JSON.parse(all.stdout)).toEqual([{ rail: 'simulated', outcome: 'ok', summary: '0 records, 0 settled' }]);
  const other = await countersign(['sync', '--rail', 'stripe', ...asFounder()], `${PASSPHRASE}\n`);
  expect(other.exit).toBe(2);
  expect(errorLine(other)).toContain('No rail "stripe" is set up here');
});

test('beside a program that has the vault open it says so', async () => {
  const ended = await countersign(['job', 'run', 'backup', ...asFounder()], `${PASSPHRASE}\n`);
  expect(ended.exit).toBe(1);
  expect(errorLine(ended)).toBe('Another program has this vault open. [vault.in_use]');
  await on.vault.close();
});

test('a job that there is not is wrong usage', async () => {
  await on.vault.close();
  const ended = await countersign(['job', 'run', 'tidy', ...asFounder()], `${PASSPHRASE}\n`);
  expect(ended.exit).toBe(2);
  expect(errorLine(ended)).toContain('There is no job "tidy"');
});
