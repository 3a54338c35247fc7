import { randomBytes } from 'node:crypto';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recoverySheet } from '../../../../core/canonical/recovery-sheet.ts';
import { changeKey, openDatabase } from '../../../../main/store/sqlite/database.ts';
import { readKeys, writeKeys } from '../../../../main/store/vault/keys-file.ts';
import { createMachineKey } from '../../../../main/store/vault/machine-key.ts';
import type { OpenVault } from '../../../../main/store/vault/opened-vault.ts';
import { newRecoveryCode } from '../../../../main/store/vault/recovery-code.ts';
import { type Unlock, withNextKey } from '../../../../main/store/vault/slots.ts';
import { asFounder, byPassphrase, FOUNDER, personSlot, vaultDesk } from '../../../support/vaults.ts';

const desk = vaultDesk();
const WRONG = { code: 'vault.wrong_passphrase' };

/** Whether this way opens the vault, which was open until now and is afterwards closed. */
async function opens(vault: OpenVault, unlock: Unlock): Promise<boolean> {
  await vault.close();
  try {
    await (await desk.open(vault.file, unlock)).close();
    return true;
  } catch (error) {
    expect(error).toMatchObject(WRONG);
    return false;
  }
}

describe('the ways into a vault', () => {
  it('lets another person in with their own passphrase, and no longer when they leave', async () => {
    const { vault } = await desk.create();
    vault.addPerson(personSlot('Grace', 'staple'));
    expect(await opens(vault, byPassphrase('Grace', 'staple'))).toBe(true);
    const again = await desk.open(vault.file);
    again.removePerson('grace');
    expect(await opens(again, byPassphrase('Grace', 'staple'))).toBe(false);
    expect(await opens(again, asFounder)).toBe(true);
  });

  it("does not take one person's passphrase for another's name", async () => {
    const { vault } = await desk.create();
    vault.addPerson(personSlot('Grace', 'staple'));
    expect(await opens(vault, byPassphrase(FOUNDER, 'staple'))).toBe(false);
  });

  it('changes a passphrase: the new one opens, the old one does not', async () => {
    const { vault } = await desk.create();
    vault.replacePerson(personSlot(FOUNDER, 'battery'));
    expect(await opens(vault, asFounder)).toBe(false);
    expect(await opens(vault, byPassphrase(FOUNDER, 'battery'))).toBe(true);
  });

  it('opens with the recovery code, however it is typed', async () => {
    const { vault, recoveryCode } = await desk.create();
    expect(recoveryCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);
    const typed = recoveryCode.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(await opens(vault, { kind: 'recovery', code: recoveryCode })).toBe(true);
    expect(await opens(vault, { kind: 'recovery', code: typed })).toBe(true);
  });

  it('says that a recovery code is mistyped when one letter is wrong', async () => {
    const { vault, recoveryCode } = await desk.create();
    await vault.close();
    const code = (recoveryCode.startsWith('7') ? '8' : '7') + recoveryCode.slice(1);
    await expect(desk.open(vault.file, { kind: 'recovery', code })).rejects.toMatchObject({
      ...WRONG,
      data: { reason: 'recovery_code_mistyped' },
    });
  });

  it('replaces the recovery code', async () => {
    const { vault, recoveryCode } = await desk.create();
    const next = newRecoveryCode();
    const sheet = await recoverySheet(next);
    vault.replaceRecovery(sheet?.slotSecret ?? '');
    expect(await opens(vault, { kind: 'recovery', code: recoveryCode })).toBe(false);
    expect(await opens(vault, { kind: 'recovery', code: next })).toBe(true);
  });

  it('opens with a machine key, until machines are shut out', async () => {
    const { vault } = await desk.create();
    const keyFile = desk.path('machine.key');
    createMachineKey(keyFile);
    expect((statSync(keyFile).mode & 0o777).toString(8)).toBe('600');
    vault.addMachine(keyFile);
    expect(await opens(vault, { kind: 'machine', keyFile })).toBe(true);
    const again = await desk.open(vault.file);
    again.removeMachines();
    expect(await opens(again, { kind: 'machine', keyFile })).toBe(false);
  });

  it('never writes a machine key over an existing file', () => {
    createMachineKey(desk.path('machine.key'));
    expect(() => createMachineKey(desk.path('machine.key'))).toThrow('EEXIST');
  });

  it.each([
    ['is not there', 'machine_key_missing', () => undefined],
    ['others can read', 'machine_key_readable', readableByOthers],
    ['is something else', 'machine_key_invalid', (file: string) => writeFileSync(file, 'hello\n', { mode: 0o600 })],
  ])('refuses a machine key file that %s', async (_what, reason, prepare) => {
    const { vault } = await desk.create();
    await vault.close();
    const keyFile = desk.path('machine.key');
    prepare(keyFile);
    await expect(desk.open(vault.file, { kind: 'machine', keyFile })).rejects.toMatchObject({
      ...WRONG,
      data: { reason },
    });
  });
});

function readableByOthers(keyFile: string): void {
  createMachineKey(keyFile);
  chmodSync(keyFile, 0o640);
}

describe('a new data key', () => {
  it('opens for everybody as before, and the old data key opens nothing', async () => {
    const { vault, recoveryCode } = await desk.create();
    const keyFile = desk.path('machine.key');
    createMachineKey(keyFile);
    vault.addMachine(keyFile);
    vault.addPerson(personSlot('Grace', 'staple'));
    const oldKey = vault.dataKey();
    await vault.rekey();
    expect(Buffer.from(vault.dataKey()).equals(oldKey)).toBe(false);
    await vault.writer.transaction((tx) => tx.write.updateTable('vault').set({ name: 'Rekeyed' }).execute());
    expect(await opens(vault, { kind: 'resume', dataKey: oldKey })).toBe(false);
    for (const unlock of [
      asFounder,
      byPassphrase('Grace', 'staple'),
      { kind: 'recovery', code: recoveryCode },
      { kind: 'machine', keyFile },
    ] as const) {
      expect(await opens(vault, unlock), JSON.stringify(unlock)).toBe(true);
    }
    const again = await desk.open(vault.file);
    expect(await again.writer.db.selectFrom('vault').select('name').execute()).toEqual([{ name: 'Rekeyed' }]);
  });

  it('waits for no reader: it is refused while one is open', async () => {
    const { vault } = await desk.create();
    const reader = vault.openReadOnly();
    await expect(vault.rekey()).rejects.toMatchObject({ code: 'vault.in_use' });
    await reader.close();
    await expect(vault.rekey()).resolves.toBeUndefined();
  });

  it.each(['before', 'after'] as const)('opens when it was cut short %s the database changed', async (moment) => {
    const { vault } = await desk.create();
    const dataKey = vault.dataKey();
    await vault.close();
    const next = randomBytes(32);
    const { proofs: _proofs, ...keys } = readKeys(vault.file);
    writeKeys(vault.file, withNextKey(keys, next), [dataKey, next]);
    if (moment === 'after') changeDataKey(vault.file, dataKey, next);
    const inForce = moment === 'after' ? next : dataKey;

    const again = await desk.open(vault.file);
    expect(Buffer.from(again.dataKey()).equals(inForce)).toBe(true);
    expect(readKeys(vault.file).proofs).toHaveLength(1);
    expect(await opens(again, { kind: 'resume', dataKey: inForce })).toBe(true);
    expect(await opens(again, asFounder)).toBe(true);
  });
});

function changeDataKey(file: string, dataKey: Uint8Array, next: Uint8Array): void {
  const database = openDatabase({ file, dataKey, mode: 'write' });
  changeKey(database, next);
  database.close();
}
