import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyExport } from '../../../core/audit/verify-export.ts';
import { linesOf } from '../../../main/cli/read-lines.ts';
import { countersign, errorLine } from './command.ts';
import { FOUNDER, type FoundedVault, foundedVault, PASSPHRASE } from './founded-vault.ts';

let founded: FoundedVault;
let to: string;
beforeEach(async () => {
  founded = await foundedVault();
  to = mkdtempSync(path.join(tmpdir(), 'countersign-audit-'));
});
afterEach(async () => {
  await founded.vault.close();
  rmSync(founded.folder, { recursive: true });
  rmSync(to, { recursive: true });
});

const asFounder = () => ['--vault', founded.file, '--as', FOUNDER, '--passphrase-stdin'];
const run = (...args: string[]) => countersign(args, `${PASSPHRASE}\n`);
const out = (name: string) => path.join(to, name);

describe('countersign audit', () => {
  it('exports the log beside a program that has the vault open, and proves the file without the vault', async () => {
    const exported = await run('audit', 'export', ...asFounder(), '--out', out('log.jsonl'), '--json');
    expect(exported).toMatchObject({ exit: 0, stderr: '' });
    const { entries, head } = JSON.parse(exported.stdout) as { entries: number; head: string };
    expect(statSync(out('log.jsonl')).mode & 0o777).toBe(0o600);
    const verified = await countersign(['audit', 'verify', out('log.jsonl'), '--json']);
    expect(verified.exit).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ valid: true, entries, head, keyFrom: 'itself' });
  });

  it('writes the same to standard output, and from a later entry', async () => {
    const whole = await run('audit', 'export', ...asFounder());
    expect(whole).toMatchObject({ exit: 0, stderr: '' });
    const later = await run('audit', 'export', ...asFounder(), '--from', '2');
    writeFileSync(out('later.jsonl'), later.stdout);
    expect(whole.stdout.split('\n').slice(2, -2)).toEqual(later.stdout.split('\n').slice(1, -2));
    expect(await verifyExport(linesOf(out('later.jsonl')))).toMatchObject({ valid: true, from: 2 });
  });

  it('never writes over a file, and says which entries there are', async () => {
    writeFileSync(out('log.jsonl'), 'mine');
    const over = await run('audit', 'export', ...asFounder(), '--out', out('log.jsonl'));
    expect(over.exit).toBe(1);
    expect(errorLine(over)).toBe(`There is already a file at ${out('log.jsonl')}`);
    expect(readFileSync(out('log.jsonl'), 'utf8')).toBe('mine');
    expect(errorLine(await run('audit', 'export', ...asFounder(), '--from', '9999'))).toContain(
      '[audit.unknown_entry]',
    );
    expect(await run('audit', 'export', ...asFounder(), '--from', '0')).toMatchObject({ exit: 2 });
  });

  it('gives a checkpoint that shows later that the end of the log was cut off', async () => {
    const { writer } = founded.vault;
    const given = await run('audit', 'checkpoint', ...asFounder(), '--out', out('now.json'), '--json');
    expect(given).toMatchObject({ exit: 0, stderr: '' });
    const { publicKey, size, head } = JSON.parse(given.stdout) as { publicKey: string; size: number; head: string };
    const withIt = ['--checkpoint', out('now.json'), '--key', publicKey];
    const before = await run('audit', 'verify', ...asFounder(), ...withIt, '--json');
    expect(JSON.parse(before.stdout)).toMatchObject({ valid: true, keyFrom: 'given' });

    await writer.transaction(async (tx) => {
      await tx.run(sql`drop trigger audit_entries_no_delete`);
      await tx.run(sql`delete from audit_entries where seq > 1`);
      await tx.run(sql`update audit_head set size = 1, hash = (select hash from audit_entries where seq = 1)`);
    });
    expect(await run('audit', 'verify', ...asFounder()), 'the chain alone').toMatchObject({ exit: 0 });
    const after = await run('audit', 'verify', ...asFounder(), ...withIt);
    expect(after.exit).toBe(1);
    expect(after.stdout).toMatch(
      new RegExp(
        `^Broken after 1 entries: The log was cut off: on .* it had at least ${size} entries, with the head ${head}`,
      ),
    );
  });

  it('says of an export that was changed, cut off or is none what is wrong with it', async () => {
    await run('audit', 'export', ...asFounder(), '--out', out('log.jsonl'));
    const text = readFileSync(out('log.jsonl'), 'utf8');
    const verified = async (changed: string, ...options: string[]) => {
      writeFileSync(out('changed.jsonl'), changed);
      return countersign(['audit', 'verify', out('changed.jsonl'), ...options]);
    };
    const edited = await verified(text.replace('vault.create', 'vault.delete'));
    expect(edited).toMatchObject({ exit: 1, stdout: 'Broken after 0 entries: Entry 1 is not what was written.\n' });
    const cut = await verified(text.slice(0, text.length - 40));
    expect(cut.exit).toBe(1);
    const otherKey = await verified(text, '--key', 'c'.repeat(64));
    expect(otherKey.exit).toBe(1);
    expect(otherKey.stdout).toContain('is not signed by the vault’s key');
    appendFileSync(out('none.json'), '{}');
    const notOne = await countersign(['audit', 'verify', out('log.jsonl'), '--checkpoint', out('none.json')]);
    expect(errorLine(notOne)).toBe(`${out('none.json')} is not a checkpoint of an audit log.`);
  });

  it('verifies a vault that is named as an argument too', async () => {
    const verified = await run('audit', 'verify', founded.file, '--as', FOUNDER, '--passphrase-stdin', '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ valid: true, keyFrom: 'itself' });
  });

  it.each([
    ['a key that is none', ['--key', 'abc']],
    ['a file and a vault', ['x.jsonl', '--vault', 'y.vault']],
    ['two files', ['x.jsonl', 'y.jsonl']],
  ])('takes %s for a wrong use', async (_what, args) => {
    expect((await countersign(['audit', 'verify', ...args])).exit).toBe(2);
  });

  it('leaves a checkpoint inside and beside every backup', async () => {
    const taken = await founded.vault.backup(out('copy.backup'), Date.now());
    const beside = JSON.parse(readFileSync(`${taken.file}.checkpoint.json`, 'utf8')) as { statement: string };
    const [inside] = await founded.vault.writer.db.selectFrom('audit_checkpoints').selectAll().execute();
    expect(inside?.statement).toBe(beside.statement);
    const proof = await run(
      'audit',
      'verify',
      ...asFounder(),
      '--checkpoint',
      `${taken.file}.checkpoint.json`,
      '--json',
    );
    expect(JSON.parse(proof.stdout)).toMatchObject({ valid: true, checkpoints: 1, keyFrom: 'checkpoint' });
  });
});
