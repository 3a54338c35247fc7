import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ORPCError } from '@orpc/client';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../core/errors/refusal.ts';
import { asFailure } from '../../../main/cli/errors.ts';
import { vaultsFolder } from '../../../main/cli/program.ts';
import { UsageError } from '../../../main/cli/verb.ts';
import { VERBS } from '../../../main/cli/verbs.ts';
import { programFile } from '../../support/program.ts';
import { countersign, errorLine } from './command.ts';

const SOURCES = path.join(import.meta.dirname, '../../../main/cli');

describe('usage', () => {
  test('--help lists every verb', async () => {
    const { exit, stdout, stderr } = await countersign(['--help']);
    expect(exit).toBe(0);
    expect(stderr).toBe('');
    for (const name of Object.keys(VERBS)) expect(stdout).toContain(`  ${name} `);
  });

  test.each(Object.keys(VERBS))('`%s --help` shows how it is called, without doing it', async (name) => {
    const { exit, stdout, stderr } = await countersign([...name.split(' '), '--help']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: countersign ${name}[ \\n]`));
    expect(stdout).toContain('--json');
  });

  test.each([
    [[], 'Say what to do. See --help.'],
    [['nope'], 'There is no command "nope". See --help.'],
    [['vault', 'nope', 'x'], 'There is no command "vault nope". See --help.'],
    [['constructor'], 'There is no command "constructor". See --help.'],
    [['openapi', '--nope'], "Unknown option '--nope'. See --help."],
    [['openapi', 'extra'], 'What is "extra"? See --help.'],
    [['serve', '--port', 'http'], '"http" is not a port. See --help.'],
    [['serve', '--port', '70000'], '"70000" is not a port. See --help.'],
    [['serve', '--port', ''], '--port is empty. See --help.'],
    [['serve', '--vault', 'a', '--folder', 'b'], 'Give one of --vault, --database-url and --folder. See --help.'],
    [['serve', '--tls-cert', 'a'], '--tls-cert and --tls-key go together. See --help.'],
    [['serve', '--passphrase', 'hunter2'], "Unknown option '--passphrase'. See --help."],
  ])('%j is wrong usage: exit 2 and one line', async (args, line) => {
    const ended = await countersign(args);
    expect(ended.exit).toBe(2);
    expect(errorLine(ended)).toBe(line);
  });
});

describe('the sources', () => {
  test('run as they are, all verbs of them, without a build', async () => {
    const verbs = `file://${SOURCES}/verbs.ts`;
    const loadAll = `import(${JSON.stringify(verbs)}).then(async ({ VERBS }) => {
      for (const [name, { load }] of Object.entries(VERBS)) console.log(name, typeof (await load()).run);
    })`;
    const every = spawn(process.execPath, ['-e', loadAll]);
    const main = spawn(process.execPath, [path.join(SOURCES, 'main.ts'), '--help']);
    const said = [text(every.stdout), text(main.stdout), text(every.stderr), text(main.stderr)];
    const [loaded, help, ...complaints] = await Promise.all(said);
    expect(complaints).toEqual(['', '']);
    expect(loaded).toBe(
      Object.keys(VERBS)
        .map((name) => `${name} function\n`)
        .join(''),
    );
    expect(help).toBe((await countersign(['--help'])).stdout);
  });
});

describe('openapi', () => {
  test('prints a document for people and the same as one line with --json', async () => {
    const [forPeople, forScripts] = await Promise.all([countersign(['openapi']), countersign(['openapi', '--json'])]);
    expect([forPeople.exit, forScripts.exit]).toEqual([0, 0]);
    expect(JSON.parse(forPeople.stdout)).toEqual(JSON.parse(forScripts.stdout));
    expect(forScripts.stdout.trimEnd()).not.toContain('\n');
    expect(JSON.parse(forScripts.stdout)).toMatchObject({ openapi: '3.1.1', paths: { '/api/payouts': {} } });
  });

  test('does not complain when its reader has read enough', async () => {
    const child = spawn('sh', ['-c', `"${process.execPath}" "${programFile('main')}" openapi | head -c 1`]);
    const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect(stderr).toBe('');
  });
});

describe('an error becomes one line', () => {
  test.each([
    [new Refusal('vault.in_use'), 1, 'Another program has this vault open. [vault.in_use]'],
    [
      new Refusal('vault.damaged', { page: 3, table: 'payouts', note: null }),
      1,
      'The vault file is damaged. Restore a backup, or salvage what can be read. (page: 3, table: payouts) [vault.damaged]',
    ],
    [new ORPCError('session.refused', { message: 'No.', data: {} }), 1, 'No. [session.refused]'],
    [new UsageError('FILE is missing.'), 2, 'FILE is missing. See --help.'],
    [Object.assign(new Error('ENOENT: …'), { code: 'ENOENT', path: '/x/y' }), 1, 'No such file or folder /x/y'],
    [new TypeError('a\n    at b\nc'), 1, 'Unexpected: a at b c'],
    ['text', 1, 'Unexpected: text'],
  ])('%s', (error, exit, line) => {
    expect(asFailure(error)).toEqual({ exit, line });
  });
});

test('the vaults lie where the desktop app keeps them', () => {
  expect(vaultsFolder({ COUNTERSIGN_HOME: '/data' }, 'linux')).toBe('/data/vaults');
  expect(vaultsFolder({ XDG_CONFIG_HOME: '/xdg' }, 'linux')).toBe('/xdg/Countersign/vaults');
  expect(vaultsFolder({}, 'linux')).toMatch(/\/\.config\/Countersign\/vaults$/);
  expect(vaultsFolder({}, 'darwin')).toMatch(/Library\/Application Support\/Countersign\/vaults$/);
});
