/** The recovery sheet signs for a new key; it waits, everybody sees it, and anybody stops it. */
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { createVault, lockDesk, openSettings, signIn, typeSignIn } from '../support/desk-steps.ts';

const NEW_PASSPHRASE = 'copper meadow lantern violin';

forEachHost((host) => {
  test('the sheet gives an admin a new key after a wait, in which somebody on staff sees it and objects', async () => {
    const desk = await host.open();
    const { page } = desk;
    const code = await createVault(page, 'Example treasury', 'Grace');
    await openSettings(page, 'Access');
    const fingerprint = await page
      .getByText('Founding fingerprint')
      .first()
      .locator('xpath=following::dd[1]')
      .innerText();
    await lockDesk(page);

    await page.getByRole('button', { name: 'I lost my passphrase' }).click();
    await page.getByLabel('Recovery code', { exact: true }).fill('not a code');
    await page.getByLabel('Recovery code', { exact: true }).blur();
    await page.getByText(/^A code has 36 letters and digits/).waitFor();
    // Another sheet's code has the right form and fits nothing.
    await page.getByLabel('Recovery code', { exact: true }).fill('0'.repeat(36));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Recovery code', { exact: true }).fill(code.toLowerCase());
    await page.getByRole('button', { name: 'Go on' }).click();
    const shown = page.getByText('Founding fingerprint: is it the one on your sheet?').locator('xpath=..');
    const [first = ''] = fingerprint.split(/\s/);
    await shown.getByText(first).first().waitFor();
    await page.getByLabel('Whose key is replaced?').selectOption('Grace');
    await page.getByLabel('Reason').fill('The passphrase was forgotten.');
    await page.getByLabel('New passphrase', { exact: true }).fill(NEW_PASSPHRASE);
    await page.getByLabel('Passphrase again').fill(NEW_PASSPHRASE);
    await page.getByRole('button', { name: 'Sign with the recovery sheet' }).click();
    await page.getByText('Signed. The new key takes effect').waitFor();
    await page.getByRole('button', { name: 'Back to sign-in' }).click();

    // Not yet: the old key is in force, and whoever signs in sees what was begun, and stops it.
    await typeSignIn(page, 'Grace', NEW_PASSPHRASE);
    await page.getByRole('alert').waitFor();
    await signIn(page, 'Grace');
    const banner = page
      .getByRole('status')
      .filter({ hasText: 'The recovery sheet was used: Give somebody a new key.' });
    await banner.getByRole('link', { name: 'Look' }).click();
    const act = page.getByRole('complementary', { name: 'Act to sign' });
    await act.getByText('The passphrase was forgotten.').waitFor();
    await act.getByText('the recovery sheet', { exact: false }).first().waitFor();
    await act.getByRole('button', { name: 'Object' }).click();
    await act.getByLabel('Reason').fill('I still have my passphrase.');
    await act.getByRole('button', { name: 'Object' }).click();
    await act.getByText('This act no longer waits.').waitFor();
    await banner.waitFor({ state: 'detached' });
    expect(desk.complaints.filter((complaint) => !/status of 4\d\d/.test(complaint))).toEqual([]);
  });
});
