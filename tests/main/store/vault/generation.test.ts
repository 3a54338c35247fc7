import { cpSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../main/store/sqlite/database.ts';
import { vaultRow } from '../../../../main/store/vault/generation.ts';
import { vaultInfo } from '../../../../main/store/vault/info.ts';
import { vaultDesk } from '../../../support/vaults.ts';

const desk = vaultDesk();

async function createdAndClosed(): Promise<string> {
  const { vault } = await desk.create();
  await vault.close();
  return vault.file;
}

/** Opens and closes; gives what the opening found. */
async function openedOnce(file: string) {
  const vault = await desk.open(file);
  const inside = (await vaultRow(vault.writer))?.generation;
  await vault.close();
  return { ...vault.opening, inside, beside: vaultInfo(file).generation };
}

/** What a crash leaves behind that comes after the number inside was raised and before the one beside. */
function raiseInsideOnly(file: string, dataKey: Uint8Array): void {
  const database = openDatabase({ file, dataKey, mode: 'write' });
  database.exec('update vault set generation = generation + 1');
  database.close();
}

describe('the generation of a vault', () => {
  it('rises by one with each opening, inside and beside', async () => {
    const file = await createdAndClosed();
    expect(await openedOnce(file)).toMatchObject({ generation: 3, inside: 3, beside: 3, fence: null });
    expect(await openedOnce(file)).toMatchObject({ generation: 4, inside: 4, beside: 4, fence: null });
  });

  it('forgives a crash between the two numbers, however often', async () => {
    const { vault } = await desk.create();
    const dataKey = vault.dataKey();
    await vault.close();
    for (let crash = 0; crash < 3; crash++) {
      raiseInsideOnly(vault.file, dataKey);
      expect(await openedOnce(vault.file)).toMatchObject({ fence: null });
    }
  });

  it('fences an old copy of the vault file put over a newer one', async () => {
    const file = await createdAndClosed();
    cpSync(file, desk.path('old'));
    await openedOnce(file);
    cpSync(desk.path('old'), file);
    const opening = await openedOnce(file);
    expect(opening).toMatchObject({ fencedNow: true, fence: { reason: expect.stringContaining('older') as string } });
    expect(await openedOnce(file)).toMatchObject({ fencedNow: false, fence: opening.fence });
  });

  it('fences an old keys file put beside a newer vault', async () => {
    const file = await createdAndClosed();
    cpSync(`${file}.keys`, desk.path('old.keys'));
    await openedOnce(file);
    await openedOnce(file);
    cpSync(desk.path('old.keys'), `${file}.keys`);
    expect(await openedOnce(file)).toMatchObject({ fencedNow: true });
  });

  it('never writes over the keys file of a vault that went missing', async () => {
    const file = await createdAndClosed();
    rmSync(file);
    const keys = readFileSync(`${file}.keys`);
    await expect(desk.create()).rejects.toMatchObject({ code: 'vault.exists', data: { part: 'keys' } });
    expect(readFileSync(`${file}.keys`).equals(keys)).toBe(true);
  });

  it('refuses to make a vault where there is one', async () => {
    await createdAndClosed();
    await expect(desk.create()).rejects.toMatchObject({ code: 'vault.exists' });
  });
});
