import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Migration } from '../../../../core/store/migration.ts';
import { backupFile, rotateBackups } from '../../../../main/store/vault/backup.ts';
import { vaultRow } from '../../../../main/store/vault/generation.ts';
import type { OpenVault } from '../../../../main/store/vault/opened-vault.ts';
import { restoreVault } from '../../../../main/store/vault/restore.ts';
import { migrations } from '../../../../migrations/index.ts';
import { asFounder, NOW_MS, personSlot, vaultDesk } from '../../../support/vaults.ts';

const desk = vaultDesk();

const name = async (vault: OpenVault) => (await vaultRow(vault.writer))?.name;

async function renameTo(vault: OpenVault, to: string): Promise<void> {
  await vault.writer.transaction((tx) => tx.run(sql`update vault set name = ${to}`));
}

describe('a backup', () => {
  it('is taken while the vault is in use, and leaves nothing else behind', async () => {
    const { vault } = await desk.create();
    const to = desk.path('copy.backup');
    const taken = await vault.backup(to, NOW_MS);
    await renameTo(vault, 'Still open');
    const bytes = readFileSync(to);
    expect(taken).toMatchObject({ file: to, bytes: bytes.length, takenAtMs: NOW_MS });
    expect(taken.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(readdirSync(dirname(to)).filter((file) => file.startsWith('copy'))).toEqual(['copy.backup']);
  });

  it('comes back as it was, elsewhere, with the recovery code alone, and fenced', async () => {
    const { vault, recoveryCode } = await desk.create();
    await renameTo(vault, 'As it was');
    await vault.backup(desk.path('copy.backup'), NOW_MS);
    await renameTo(vault, 'Changed since');
    await restoreVault({ backup: desk.path('copy.backup'), to: desk.path('restored.vault') });
    const restored = await desk.open(desk.path('restored.vault'), { kind: 'recovery', code: recoveryCode });
    expect(await name(restored)).toBe('As it was');
    expect(restored.opening.fence).toEqual({
      atMs: NOW_MS,
      reason: 'Restored from the backup of 2026-01-05T09:30:00.000Z.',
    });
    expect((await vaultRow(vault.writer))?.fence, 'the vault itself is not fenced by its backup').toBeNull();
  });

  it('comes back with the passphrases of its day, after the vault got another key', async () => {
    const { vault } = await desk.create();
    await vault.backup(desk.path('copy.backup'), NOW_MS);
    await vault.rekey();
    vault.replacePerson(personSlot('Ada Founder', 'battery'));
    await restoreVault({ backup: desk.path('copy.backup'), to: desk.path('restored.vault') });
    await expect(desk.open(desk.path('restored.vault'), asFounder)).resolves.toBeDefined();
  });

  it('survives a new data key that comes while it is being packed', async () => {
    const { vault } = await desk.create();
    const taking = vault.backup(desk.path('copy.backup'), NOW_MS);
    await vault.rekey();
    await expect(taking).resolves.toBeDefined();
  });

  it('never replaces a file, and a restore never a vault', async () => {
    const { vault } = await desk.create();
    const backup = desk.path('copy.backup');
    await vault.backup(backup, NOW_MS);
    await expect(vault.backup(backup, NOW_MS)).rejects.toMatchObject({ code: 'vault.backup_exists' });
    await expect(restoreVault({ backup, to: vault.file })).rejects.toMatchObject({ code: 'vault.in_use' });
    await vault.close();
    await expect(restoreVault({ backup, to: vault.file })).rejects.toMatchObject({ code: 'vault.exists' });
  });

  it('does not restore beside a write-ahead file that stayed behind', async () => {
    const { vault } = await desk.create();
    await vault.backup(desk.path('copy.backup'), NOW_MS);
    writeFileSync(desk.path('other.vault-wal'), 'left over');
    await expect(
      restoreVault({ backup: desk.path('copy.backup'), to: desk.path('other.vault') }),
    ).rejects.toMatchObject({ code: 'vault.exists' });
  });

  it.each([
    ['changed', 'vault.damaged', (file: string) => flip(file, 5000)],
    ['cut off', 'vault.damaged', (file: string) => truncateSync(file, 5000)],
    ['cut to nothing', 'vault.damaged', (file: string) => truncateSync(file, 0)],
    ['of a newer version', 'vault.newer', (file: string) => flip(file, 10)],
    ['something else', 'vault.damaged', (file: string) => writeFileSync(file, 'x'.repeat(9000))],
  ])('that is %s is not restored, and leaves no half vault', async (_what, code, damage) => {
    const { vault } = await desk.create();
    const backup = desk.path('copy.backup');
    await vault.backup(backup, NOW_MS);
    damage(backup);
    const to = desk.path('restored.vault');
    await expect(restoreVault({ backup, to })).rejects.toMatchObject({ code });
    expect(readdirSync(dirname(to)).filter((file) => file.startsWith('restored'))).toEqual(['restored.vault.lock']);
  });

  it('that is not there is said to be missing', async () => {
    const restoring = restoreVault({ backup: desk.path('none.backup'), to: desk.path('restored.vault') });
    await expect(restoring).rejects.toMatchObject({ code: 'vault.missing' });
  });

  it('of a damaged vault is not called one', async () => {
    const { vault } = await desk.create();
    const reader = vault.openReadOnly();
    const [root] = await reader.rows<{ rootpage: bigint }>(
      sql`select rootpage from sqlite_schema where name = 'schema_migrations'`,
    );
    await reader.close();
    await vault.close();
    const again = await desk.open(vault.file);
    flip(vault.file, (Number(root?.rootpage) - 1) * 4096 + 100);
    await expect(again.backup(desk.path('copy.backup'), NOW_MS)).rejects.toMatchObject({ code: 'vault.damaged' });
    expect(existsSync(desk.path('copy.backup'))).toBe(false);
  });
});

describe('keeping the newest backups', () => {
  it('removes the oldest of this vault only', () => {
    const folder = dirname(desk.path('any'));
    const files = [1, 2, 3].map((day) => backupFile(folder, 'treasury-', Date.UTC(2026, 0, day)));
    const others = [backupFile(folder, 'other-', 0), `${folder}/treasury-notes.backup`];
    for (const file of [...files, ...others]) writeFileSync(file, 'x');
    expect(rotateBackups(folder, 'treasury-', 2)).toEqual(['treasury-20260101T000000000Z.backup']);
    expect(rotateBackups(folder, 'treasury-', 2)).toEqual([]);
    for (const file of [files[1], files[2], ...others]) expect(existsSync(file as string), file).toBe(true);
  });
});

describe('a vault that has to be migrated', () => {
  const next: Migration = {
    number: migrations.length + 1,
    name: 'next',
    up: async (tx) => {
      await tx.run(sql`create table later (id integer primary key) strict`);
    },
  };

  it('is backed up first, and the backup opens as it was before', async () => {
    const { vault } = await desk.create();
    await vault.close();
    const migrated = await desk.open(vault.file, asFounder, [...migrations, next]);
    expect(migrated.migrated).toEqual([next.number]);
    const [backup] = readdirSync(dirname(vault.file)).filter((file) => file.endsWith('.backup'));
    expect(backup).toBe('treasury.vault.before-migration-20260105T093000000Z.backup');
    await restoreVault({ backup: desk.path(backup as string), to: desk.path('before.vault') });
    await expect(desk.open(desk.path('before.vault'), asFounder, migrations)).resolves.toMatchObject({ migrated: [] });
  });

  it('stays as it was when the step fails, and opens again', async () => {
    const { vault } = await desk.create();
    await vault.close();
    const failing: Migration = {
      ...next,
      up: async (tx) => {
        await next.up(tx);
        throw new Error('the step fails');
      },
    };
    await expect(desk.open(vault.file, asFounder, [...migrations, failing])).rejects.toThrow('the step fails');
    const again = await desk.open(vault.file);
    expect(await again.writer.rows(sql`select name from sqlite_schema where name = 'later'`)).toEqual([]);
  });
});

function flip(file: string, position: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
  writeFileSync(file, bytes);
}
