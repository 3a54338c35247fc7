import { AsyncResource } from 'node:async_hooks';
import { copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../../core/errors/refusal.ts';
import type { Migration } from '../../../../core/store/migration.ts';
import { vaultRow } from '../../../../main/store/vault/generation.ts';
import { vaultInfo } from '../../../../main/store/vault/info.ts';
import { slotParameters } from '../../../../main/store/vault/keys-file.ts';
import { createMachineKey } from '../../../../main/store/vault/machine-key.ts';
import { openVaultForReading } from '../../../../main/store/vault/open.ts';
import { newRecoveryCode } from '../../../../main/store/vault/recovery-code.ts';
import { migrations } from '../../../../migrations/index.ts';
import { asFounder, byPassphrase, FOUNDER, personSlot, vaultDesk } from '../../../support/vaults.ts';

const desk = vaultDesk();

const rename = (name: string) => sql`update vault set name = ${name}`;

describe('opening a vault', () => {
  it('gives what was stored to whoever has the passphrase', async () => {
    const { vault } = await desk.create();
    await vault.writer.transaction((tx) => tx.run(rename('Kept')));
    await vault.close();
    const again = await desk.open(vault.file);
    expect(await vaultRow(again.writer)).toMatchObject({ id: 'vlt_test', name: 'Kept', fence: null });
  });

  it.each([
    ['a wrong passphrase', byPassphrase(FOUNDER, 'wrong')],
    ['a name that is not on staff', byPassphrase('Nobody', 'correct horse')],
    ['a recovery code of another vault', { kind: 'recovery', code: newRecoveryCode() }],
  ] as const)('refuses %s as a wrong passphrase', async (_what, unlock) => {
    const { vault } = await desk.create();
    await vault.close();
    await expect(desk.open(vault.file, unlock)).rejects.toMatchObject({ code: 'vault.wrong_passphrase' });
    await expect(desk.open(vault.file)).resolves.toBeDefined();
  });

  it('answers a wrong passphrase and an unknown name in the same words', async () => {
    const { vault } = await desk.create();
    await vault.close();
    const refusal = (name: string) =>
      desk
        .open(vault.file, byPassphrase(name, 'wrong'))
        .catch((error: Refusal) => [error.code, error.message, error.data]);
    expect(await refusal(FOUNDER)).toEqual(await refusal('Nobody'));
  });

  it('takes a name however it is spelled', async () => {
    const { vault } = await desk.create();
    await vault.close();
    await expect(desk.open(vault.file, byPassphrase(' ADA founder', 'correct horse'))).resolves.toBeDefined();
  });

  it('refuses where there is no vault', async () => {
    await expect(desk.open(desk.path('none.vault'))).rejects.toMatchObject({ code: 'vault.missing' });
    expect(existsSync(desk.path('none.vault'))).toBe(false);
  });

  it('refuses a second opening while the first lasts', async () => {
    const { vault } = await desk.create();
    await expect(desk.open(vault.file)).rejects.toMatchObject({ code: 'vault.in_use' });
    await vault.close();
    await expect(desk.open(vault.file)).resolves.toBeDefined();
  });

  it('can be read beside its writer, who is not held up', async () => {
    const { vault } = await desk.create();
    const reader = await openVaultForReading({ file: vault.file, unlock: asFounder, migrations });
    await reader.snapshot(async (snapshot) => {
      expect(await vaultRow(snapshot)).toMatchObject({ name: 'Test treasury' });
      await writeElsewhere(() => vault.writer.transaction((tx) => tx.run(rename('New'))));
      expect(await vaultRow(snapshot)).toMatchObject({ name: 'Test treasury' });
    });
    expect(await vaultRow(reader)).toMatchObject({ name: 'New' });
    await expect(reader.rows(rename('x'))).rejects.toThrow();
    await reader.close();
  });

  it('wipes nothing that is still needed: the data key reopens the vault without a person', async () => {
    const { vault } = await desk.create();
    const dataKey = vault.dataKey();
    await vault.close();
    await expect(desk.open(vault.file, { kind: 'resume', dataKey: new Uint8Array(32) })).rejects.toMatchObject({
      code: 'vault.wrong_passphrase',
    });
    await expect(desk.open(vault.file, { kind: 'resume', dataKey })).resolves.toBeDefined();
  });
});

describe('what lies on the disk', () => {
  it('shows no plain text of what was stored, of names, or of keys', async () => {
    const { vault, recoveryCode } = await desk.create();
    vault.addPerson(personSlot('Grace Approver', 'staple'));
    const secret = 'Payee of the secret account 4711';
    await vault.writer.transaction((tx) => tx.run(rename(secret)));
    const backup = desk.path('copy.backup');
    await vault.backup(backup, 1);
    const dataKey = Buffer.from(vault.dataKey());
    const files = [vault.file, `${vault.file}-wal`, `${vault.file}-shm`, `${vault.file}.keys`, backup];
    for (const file of files) {
      const bytes = readFileSync(file);
      expect(bytes.length, file).toBeGreaterThan(0);
      for (const plain of [
        secret,
        'schema_migrations',
        // Whole names: three letters stand somewhere in any two megabytes of cipher text.
        FOUNDER,
        'Grace Approver',
        recoveryCode,
        dataKey.toString('hex'),
        dataKey,
      ]) {
        expect(bytes.includes(plain), `${file} shows ${String(plain)}`).toBe(false);
      }
    }
    // The words are there to be found: the same search does find what is not encrypted.
    expect(readFileSync(`${vault.file}.keys`).includes('vlt_test')).toBe(true);
  });

  it('is readable by its owner only', async () => {
    const { vault } = await desk.create();
    await vault.backup(desk.path('copy.backup'), 1);
    for (const file of [vault.file, `${vault.file}-wal`, `${vault.file}.keys`, desk.path('copy.backup')]) {
      expect((statSync(file).mode & 0o777).toString(8), file).toBe('600');
    }
  });

  it('tells without a key how many ways in there are', async () => {
    const { vault } = await desk.create();
    createMachineKey(desk.path('machine.key'));
    vault.addMachine(desk.path('machine.key'));
    expect(vaultInfo(vault.file)).toMatchObject({
      vaultId: 'vlt_test',
      format: 1,
      generation: 2,
      slots: { person: 1, recovery: 1, machine: 1 },
    });
  });
});

describe('a file that is not what was written', () => {
  it.each([
    ['a changed first page', (file: string) => flipByte(file, 200)],
    ['an empty file', (file: string) => truncateSync(file, 0)],
    ['a file of something else', (file: string) => writeFileSync(file, 'not a vault at all '.repeat(1000))],
    ['keys that are no JSON', (file: string) => writeFileSync(`${file}.keys`, '{')],
    ['keys that are another JSON', (file: string) => writeFileSync(`${file}.keys`, '{"format":1}')],
    ['a changed generation in the keys', (file: string) => editKeys(file, (keys) => ({ ...keys, generation: 7 }))],
    ['a key slot that somebody slipped in', (file: string) => editKeys(file, slipIn)],
  ])('refuses %s as damaged', async (_what, damage) => {
    const { vault } = await desk.create();
    await vault.close();
    damage(vault.file);
    await expect(desk.open(vault.file)).rejects.toMatchObject({ code: 'vault.damaged' });
  });

  it('says that the keys file is missing', async () => {
    const { vault } = await desk.create();
    await vault.close();
    copyFileSync(vault.file, desk.path('alone.vault'));
    await expect(desk.open(desk.path('alone.vault'))).rejects.toMatchObject({
      code: 'vault.damaged',
      message: expect.stringContaining('keys file') as string,
    });
  });

  it('refuses a keys file of a newer version', async () => {
    const { vault } = await desk.create();
    await vault.close();
    editKeys(vault.file, (keys) => ({ ...keys, format: 2, more: 'fields' }));
    await expect(desk.open(vault.file)).rejects.toMatchObject({ code: 'vault.newer' });
  });

  it('refuses a database of a newer version, and changes nothing in it', async () => {
    const future: Migration = { number: migrations.length + 1, name: 'future', up: async () => undefined };
    const { vault } = await desk.create('new.vault', { migrations: [...migrations, future] });
    await vault.close();
    const before = readFileSync(vault.file);
    await expect(desk.open(vault.file)).rejects.toMatchObject({ code: 'vault.newer' });
    await expect(openVaultForReading({ file: vault.file, unlock: asFounder, migrations })).rejects.toMatchObject({
      code: 'vault.newer',
    });
    expect(readFileSync(vault.file).equals(before)).toBe(true);
  });
});

describe('how a passphrase is stretched', () => {
  it('is told for a name that has a slot', async () => {
    const { vault } = await desk.create();
    const grace = personSlot('Grace', 'staple');
    vault.addPerson(grace);
    expect(slotParameters(vault.file, 'GRACE')).toEqual(grace.kdf);
  });

  it('is told for an unknown name too, always the same and looking like the others', async () => {
    const { vault } = await desk.create();
    const decoy = slotParameters(vault.file, 'Nobody');
    expect(decoy).toEqual(slotParameters(vault.file, 'nobody'));
    expect(decoy.salt).toMatch(/^[0-9a-f]{32}$/);
    expect(decoy.salt).not.toBe(slotParameters(vault.file, 'Somebody').salt);
    expect({ ...decoy, salt: '' }).toEqual({ ...slotParameters(vault.file, FOUNDER), salt: '' });
  });
});

/** Outside of the snapshot's own context, as another request would be. */
async function writeElsewhere(write: () => Promise<unknown>): Promise<void> {
  await outside.runInAsyncScope(write);
}

const outside = new AsyncResource('another request');

function flipByte(file: string, position: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
  writeFileSync(file, bytes);
}

type KeysJson = { slots: Record<string, unknown>[] } & Record<string, unknown>;

function editKeys(file: string, edit: (keys: KeysJson) => Record<string, unknown>): void {
  const keys = JSON.parse(readFileSync(`${file}.keys`, 'utf8')) as KeysJson;
  writeFileSync(`${file}.keys`, JSON.stringify(edit(keys)));
}

/** A slot of the attacker's: the next `rekey` would seal the new data key to it. */
function slipIn(keys: KeysJson): Record<string, unknown> {
  return { ...keys, slots: [...keys.slots, { ...keys.slots[0], id: '0123456789abcdef', publicKey: 'ab'.repeat(32) }] };
}
