/** Somebody who can write beside the vault, and has a vault of their own to take files from. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keysFileOf } from '../../main/store/vault/keys-file.ts';
import { vaultDesk } from '../support/vaults.ts';

describe('a keys file', () => {
  const desk = vaultDesk();
  const two = async () => {
    const theirs = await desk.create('theirs', { vaultId: 'vlt_theirs' });
    const { file: other } = theirs.vault;
    await theirs.vault.close();
    const mine = await desk.create('mine', { vaultId: 'vlt_mine' });
    const { file } = mine.vault;
    await mine.vault.close();
    return { file, other };
  };

  it('of another vault opens nothing, with whatever passphrase of that vault', async () => {
    const { file, other } = await two();
    copyFileSync(keysFileOf(other), keysFileOf(file));
    await expect(desk.open(file)).rejects.toMatchObject({ code: 'vault.damaged' });
  });

  it('with a slot of another vault’s in the place of its own opens nothing', async () => {
    const { file, other } = await two();
    const [mine, theirs] = [file, other].map((one) => JSON.parse(readFileSync(keysFileOf(one), 'utf8')));
    writeFileSync(keysFileOf(file), JSON.stringify({ ...mine, slots: theirs.slots }));
    await expect(desk.open(file)).rejects.toMatchObject({ code: 'vault.wrong_passphrase' });
  });

  it('that names another founding is not believed', async () => {
    const { file } = await two();
    const mine = JSON.parse(readFileSync(keysFileOf(file), 'utf8'));
    writeFileSync(keysFileOf(file), JSON.stringify({ ...mine, founding: 'ab'.repeat(32) }));
    await expect(desk.open(file)).rejects.toMatchObject({ code: 'vault.damaged' });
  });
});
