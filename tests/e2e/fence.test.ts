/** A restored vault pays nothing until its history was compared and two people have lifted the fence. */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { restoreVault } from '../../main/store/vault/restore.ts';
import { forEachHost } from '../support/desk-hosts.ts';
import { goTo, lockDesk, openSettings, signIn } from '../support/desk-steps.ts';

/** The only backup in this folder of vaults. */
async function backupOf(vaultFolder: string): Promise<string> {
  const folder = path.join(vaultFolder, 'backups');
  const [backup] = (await readdir(folder)).filter((file) => file.endsWith('.backup'));
  if (backup === undefined) throw new Error(`There is no backup in ${folder}`);
  return path.join(folder, backup);
}

forEachHost((host) => {
  test('a restored vault says that it is fenced, is compared, and is let go by two', async () => {
    const first = await host.openFilled('two');
    await openSettings(first.page, 'Vault');
    await first.page.getByRole('button', { name: 'Take a backup' }).click();
    await first.page.getByText('The backup was written and opened.').waitFor();
    await first.close();
    const home = await host.home();
    await mkdir(path.join(home, 'vaults'), { recursive: true });
    const backup = await backupOf(first.vaultFolder);
    await restoreVault({ backup, to: path.join(home, 'vaults', 'Restored.vault') });

    const desk = await host.open(home);
    const { page } = desk;
    await signIn(page, 'Grace');
    await page.getByText('This vault is fenced: nothing is paid.').waitFor();
    await page.getByRole('link', { name: 'Compare and lift' }).click();
    const fence = page.getByRole('complementary', { name: 'Fence' });
    await fence.getByText('The comparison comes first.').waitFor();
    await fence.getByRole('button', { name: 'Compare now' }).click();
    await fence.getByText(/records were compared, and this vault remembers all of them/).waitFor();
    await fence.getByLabel('Reason').fill('Nothing was paid since the backup.');
    await fence.getByRole('button', { name: 'Review and sign' }).click();
    await fence.getByRole('button', { name: 'Sign as the first of two' }).and(page.locator(':enabled')).click();
    await fence.getByText(/^Your signature is in/).waitFor();

    await lockDesk(page);
    await signIn(page, 'Noor');
    await goTo(page, 'Overview');
    await page.getByRole('link', { name: /^Lift the fence/ }).click();
    await fence.getByRole('button', { name: 'Review and sign' }).click();
    await fence.getByRole('button', { name: 'Sign and carry it out' }).and(page.locator(':enabled')).click();
    await fence.getByText('This vault is not fenced.').waitFor();
    await page.getByText('This vault is fenced: nothing is paid.').waitFor({ state: 'detached' });
    expect(desk.complaints).toEqual([]);
  });
});
