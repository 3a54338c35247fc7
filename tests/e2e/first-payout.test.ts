/** One payout, all the way, by what two people see: requested by one, signed by the other, paid, proven. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import {
  addPayee,
  addPerson,
  confirmDestination,
  createVault,
  fund,
  goTo,
  lockDesk,
  requestPayout,
  signIn,
  typeSignIn,
} from '../support/desk-steps.ts';

forEachHost((host) => {
  test('a payout is requested, refused to its requester, signed by another person, paid and audited', async () => {
    const desk = await host.open();
    const { page } = desk;

    const code = await createVault(page, 'Example treasury', 'Grace');
    expect(code.length).toBeGreaterThan(20);
    await addPerson(page, 'Noor');
    await fund(page, '10000.00');
    await addPayee(page, { name: 'Ana Ruiz', reference: 'AR-1', address: 'sim:ana-ruiz' });
    await requestPayout(page, { payee: 'Ana Ruiz', amount: '1250.00', reference: 'INV-77' });

    // Nobody approves their own: it does not wait for them, and says why.
    await goTo(page, 'Approvals');
    await page.getByText('Nothing waits for you').waitFor();
    await page.getByRole('button', { name: /^All \d/ }).click();
    await page.getByRole('row', { name: /Ana Ruiz/ }).click();
    await page
      .getByRole('complementary', { name: 'Approval' })
      .getByText('You requested or changed it; somebody else approves it.')
      .waitFor();
    expect(await page.getByRole('button', { name: /Sign and approve/ }).count()).toBe(0);

    await lockDesk(page);
    await signIn(page, 'Noor');
    // A destination is confirmed by somebody else than who proposed it; until then nothing is paid to it.
    await confirmDestination(page, 'Ana Ruiz');
    await goTo(page, 'Approvals');
    await page.getByRole('row', { name: /Ana Ruiz/ }).click();
    // What will be signed is on the screen before it can be signed.
    const approval = page.getByRole('complementary', { name: 'Approval' });
    await approval.getByText('INV-77').first().waitFor();
    await approval.getByText('sim:ana-ruiz').first().waitFor();
    await approval.getByRole('button', { name: /Sign and approve/ }).click();
    await page.getByText('You approved the payout to Ana Ruiz.').waitFor();

    await goTo(page, 'Payouts');
    await page
      .getByRole('row', { name: /Ana Ruiz/ })
      .filter({ hasText: 'Settled' })
      .waitFor();

    await lockDesk(page);
    await signIn(page, 'Grace');
    await goTo(page, 'Ledger');
    await page
      .getByRole('link', { name: 'Trial balance' })
      .or(page.getByRole('tab', { name: 'Trial balance' }))
      .click();
    await page.getByText('The books balance').waitFor();
    await goTo(page, 'Audit');
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText(/^The chain holds:/).waitFor();
    expect(desk.complaints).toEqual([]);

    // What lies on the disk gives none of it away. The simulated bank's book is not ours: it stands
    // for the world outside, which knows whom it paid.
    const files = (await readdir(desk.vaultFolder)).filter((file) => !file.endsWith('.simulated-bank'));
    expect(files).toContain('Example treasury.vault');
    for (const file of files) {
      const content = await readFile(path.join(desk.vaultFolder, file), 'latin1');
      for (const secret of ['Ana Ruiz', 'sim:ana-ruiz', 'INV-77', 'Example treasury', code]) {
        expect(content.includes(secret), `${file} holds "${secret}"`).toBe(false);
      }
    }
  });

  test('a vault that was left is opened again by its passphrase, and by no other', async () => {
    const home = await host.home();
    const first = await host.open(home);
    await createVault(first.page, 'Example treasury', 'Grace');
    await first.close();

    const { page } = await host.open(home);
    await typeSignIn(page, 'Grace', 'not the passphrase at all');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/passphrase/i);
    await signIn(page, 'Grace');
  });
});
