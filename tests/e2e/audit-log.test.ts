/** The audit log as an auditor uses it: narrowed, read, proven, taken along. */
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { addPayee, goTo, lockDesk, signIn, typeSignIn } from '../support/desk-steps.ts';

forEachHost((host) => {
  test('entries are found, read with what they changed, and the log is verified, signed for and exported', async () => {
    const desk = await host.openFilled('alone');
    const { page } = desk;
    await addPayee(page, { name: 'Ana Ruiz', reference: 'AR-1', address: 'sim:ana-ruiz' });
    await page.getByRole('row', { name: /Ana Ruiz/ }).click();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('Ana Ruiz Soler');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('row', { name: /Ana Ruiz Soler/ }).waitFor();
    await lockDesk(page);
    await typeSignIn(page, 'Grace', 'not the passphrase at all');
    await page.getByRole('alert').waitFor();
    await signIn(page, 'Grace');

    await goTo(page, 'Audit');
    const rows = page.getByRole('grid', { name: /^Audit log/ }).getByRole('row');
    await page.getByLabel('Outcome').selectOption('Refused');
    await rows.filter({ hasText: 'Sign-in' }).first().waitFor();
    await expect.poll(() => rows.filter({ hasText: 'Done' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await page.getByLabel('Action').selectOption('Payees');
    await rows.filter({ hasText: 'Payee changed' }).click();
    const entry = page.getByRole('complementary', { name: 'Audit entry' });
    await entry.getByRole('row', { name: /name.*Ana Ruiz.*Ana Ruiz Soler/ }).waitFor();
    await entry.getByRole('link', { name: 'All entries about it' }).click();
    await rows.filter({ hasText: 'Payee added' }).waitFor();
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await page.getByLabel('Search the audit log').fill('Soler');
    await rows.filter({ hasText: 'Payee changed' }).waitFor();
    await page.getByLabel('Search the audit log').fill('nothing says this');
    await page.getByText('No entry matches').waitFor();
    await page.getByLabel('Search the audit log').fill('');

    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText(/^The chain holds:/).waitFor();
    await page.getByRole('button', { name: 'Checkpoint' }).click();
    await page.getByText(/^The vault signs: the log has/).waitFor();
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByText(/entries were written, with a signed checkpoint at the end\.$/).waitFor();
    expect(desk.complaints.filter((complaint) => !/status of 4\d\d/.test(complaint))).toEqual([]);
  });
});
