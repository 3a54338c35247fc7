import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMachineKey } from '../../../main/store/vault/machine-key.ts';
import { countersign, errorLine } from './command.ts';
import { FOUNDER, type FoundedVault, foundedVault, PASSPHRASE } from './founded-vault.ts';

let on: FoundedVault;
let at: (name: string) => string;
const asFounder = ['--as', FOUNDER, '--passphrase-stdin'];

beforeEach(async () => {
  on = await foundedVault();
  at = (name) => path.join(on.folder, name);
});
afterEach(() => rmSync(on.folder, { recursive: true }));

const verb = (name: string, ...args: string[]) =>
  countersign([...name.split(' '), ...args], `${PASSPHRASE}\nnot read\n`);
const json = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as Record<string, unknown>;

describe('beside a program that has the vault open', () => {
  afterEach(() => on.vault.close());

  test('info needs no key and tells no names', async () => {
    const { exit, stdout, stderr } = await verb('vault info', on.file, '--json');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(json({ stdout })).toMatchObject({ file: on.file, format: 1, slots: { person: 1, recovery: 1, machine: 0 } });
    expect(stdout).not.toContain('Ada');
  });

  test('verify and audit verify read it as of one moment', async () => {
    const verified = await verb('vault verify', on.file, ...asFounder, '--json');
    expect(verified.stderr).toBe('');
    expect(verified.exit).toBe(0);
    expect(json(verified)).toMatchObject({ ok: true, damage: [], problems: [], audit: { valid: true } });

    const chain = await verb('audit verify', '--vault', on.file, ...asFounder, '--json');
    expect(chain.exit).toBe(0);
    expect(json(chain)).toEqual({
      entries: expect.any(Number),
      valid: true,
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
      problem: null,
      checkpoints: 0,
      publicKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      keyFrom: 'itself',
    });
  });

  test.each(['vault backup FILE --to FILE.backup', 'vault rekey FILE', 'vault migrate --vault FILE'])(
    '%s says that it is in use',
    async (command) => {
      const ended = await countersign([...command.replaceAll('FILE', on.file).split(' '), ...asFounder], PASSPHRASE);
      expect(ended.exit).toBe(1);
      expect(errorLine(ended)).toBe('Another program has this vault open. [vault.in_use]');
    },
  );
});

describe('with nobody else there', () => {
  beforeEach(() => on.vault.close());

  test('a backup is taken, never over a file, and restored as a fenced vault', async () => {
    const backup = await verb('vault backup', on.file, '--to', at('a.backup'), ...asFounder, '--json');
    expect(backup.exit).toBe(0);
    expect(json(backup)).toMatchObject({
      file: at('a.backup'),
      bytes: statSync(at('a.backup')).size,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const again = await verb('vault backup', on.file, '--to', at('a.backup'), ...asFounder);
    expect(errorLine(again)).toContain('[vault.backup_exists]');

    const restored = await countersign(['vault', 'restore', at('a.backup'), '--to', at('b.vault'), '--json']);
    expect(json(restored)).toMatchObject({ file: at('b.vault'), fenced: true });
    const over = await countersign(['vault', 'restore', at('a.backup'), '--to', on.file]);
    expect(over.exit).toBe(1);
    expect(errorLine(over)).toContain('[vault.exists]');

    const byCode = ['--recovery-code', '--passphrase-stdin'];
    const verified = await countersign(
      ['vault', 'verify', at('b.vault'), ...byCode],
      `${on.recoveryCode.toLowerCase()}\n`,
    );
    expect(verified.exit).toBe(0);
  });

  test('rekey leaves everybody’s way in', async () => {
    const before = readFileSync(on.file);
    expect((await verb('vault rekey', on.file, ...asFounder)).exit).toBe(0);
    expect(readFileSync(on.file).equals(before)).toBe(false);
    expect((await verb('vault verify', on.file, ...asFounder)).exit).toBe(0);
  });

  test('migrate says when there is nothing to do', async () => {
    const { exit, stdout } = await verb('vault migrate', '--vault', on.file, ...asFounder);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'Nothing to migrate.\n' });
  });

  test('a changed page makes verify fail, and is named', async () => {
    const bytes = readFileSync(on.file);
    bytes.writeUInt8(bytes.readUInt8(4096 * 5 + 100) ^ 1, 4096 * 5 + 100);
    writeFileSync(on.file, bytes);
    const damaged = await verb('vault verify', on.file, ...asFounder, '--json');
    expect(damaged.exit).toBe(1);
    expect(damaged.stderr).toBe('');
    expect(json(damaged)).toMatchObject({ ok: false, damage: [{ page: 6 }], audit: null });
    expect((await verb('vault verify', on.file, ...asFounder)).stdout).toMatch(/^Problem: Page 6 /);
  });

  test('an audit entry that was changed makes audit verify fail', async () => {
    const { openVault } = await import('../../../main/store/vault/open.ts');
    const { shippedMigrations } = await import('../../../main/store/shipped-migrations.ts');
    const { sql } = await import('kysely');
    createMachineKey(at('machine.key'));
    const unlock = { kind: 'recovery', code: on.recoveryCode } as const;
    const vault = await openVault({ file: on.file, unlock, migrations: shippedMigrations, nowMs: Date.now() });
    vault.addMachine(at('machine.key'));
    await vault.writer.transaction(async (tx) => {
      // Somebody who holds the key can take the guard down; the chain shows it all the same.
      const guards = await tx.rows<{ name: string }>(
        sql`select name from sqlite_schema where type = 'trigger' and tbl_name = 'audit_entries'`,
      );
      for (const { name } of guards) await tx.run(sql`drop trigger ${sql.ref(name)}`);
      await tx.run(sql`update audit_entries set actor_name = 'Somebody else' where seq = 2`);
    });
    await vault.close();

    const chain = await countersign(['audit', 'verify', '--vault', on.file, '--machine-key', at('machine.key')]);
    expect(chain).toEqual({
      exit: 1,
      stdout: 'Broken after 1 entries: Entry 2 is not what was written.\n',
      stderr: '',
    });
    const verified = await countersign(['vault', 'verify', on.file, '--machine-key', at('machine.key'), '--json']);
    expect(verified.exit).toBe(1);
    expect(json(verified)).toMatchObject({ ok: false, problems: ['Entry 2 is not what was written.'] });
  });

  test('every way of not getting in is one clear line', async () => {
    const wrong = await countersign(['vault', 'verify', on.file, ...asFounder], 'another passphrase\n');
    expect(wrong.exit).toBe(1);
    expect(errorLine(wrong)).toContain('[vault.wrong_passphrase]');
    const unknown = await countersign(
      ['vault', 'verify', on.file, '--as', 'Nobody', '--passphrase-stdin'],
      `${PASSPHRASE}\n`,
    );
    expect(errorLine(unknown)).toBe(errorLine(wrong));

    expect(errorLine(await verb('vault verify', at('absent.vault'), ...asFounder))).toContain('[vault.missing]');
    expect(errorLine(await verb('vault info', at('absent.vault')))).toContain('[vault.missing]');

    createMachineKey(at('machine.key'));
    chmodSync(at('machine.key'), 0o644);
    const readable = await verb('vault verify', on.file, '--machine-key', at('machine.key'));
    expect(errorLine(readable)).toContain('can be read by others');

    const keys = readFileSync(`${on.file}.keys`, 'utf8');
    writeFileSync(`${on.file}.keys`, keys.slice(0, -20));
    expect(errorLine(await verb('vault info', on.file))).toContain('[vault.damaged]');
    writeFileSync(`${on.file}.keys`, keys.replace('"format": 1', '"format": 2'));
    expect(errorLine(await verb('vault info', on.file))).toContain('[vault.newer]');
  });

  test.each([
    [['vault', 'verify'], 'FILE is missing.'],
    [['vault', 'verify', 'FILE'], 'Say how to open it: --as NAME, --machine-key FILE or --recovery-code.'],
    [
      ['vault', 'verify', 'FILE', '--as', 'Ada', '--recovery-code'],
      'Say how to open it: --as NAME, --machine-key FILE or --recovery-code.',
    ],
    [['vault', 'backup', 'FILE', '--as', 'Ada'], '--to is missing.'],
    [['vault', 'restore', 'FILE'], '--to is missing.'],
    [
      ['vault', 'rekey', 'FILE', '--as', 'Ada'],
      'There is no terminal to ask for the passphrase on: use --passphrase-stdin.',
    ],
    [['audit', 'verify', '--vault', 'FILE', '--database-url', 'x'], 'Give either --vault or --database-url.'],
  ])('%j is wrong usage', async (args, line) => {
    const ended = await countersign(args.map((arg) => (arg === 'FILE' ? on.file : arg)));
    expect(ended.exit).toBe(2);
    expect(errorLine(ended)).toBe(`${line} See --help.`);
    expect(existsSync(`${on.file}-wal`)).toBe(false);
  });

  test('an empty passphrase is not tried', async () => {
    const ended = await countersign(['vault', 'verify', on.file, ...asFounder], '\n');
    expect(ended.exit).toBe(1);
    expect(errorLine(ended)).toBe('Nothing was typed.');
  });
});
