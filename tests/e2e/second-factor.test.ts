/** A second factor is enrolled, and from then on asked for in the middle of what needs it. */
import { expect, test } from 'vitest';
import { fromBase32, stepAt, totpCode } from '../../core/access/totp.ts';
import { forEachHost } from '../support/desk-hosts.ts';
import {
  addPayee,
  confirmDestination,
  goTo,
  lockDesk,
  openSettings,
  PASSPHRASES,
  requestPayout,
  signIn,
  typeSignIn,
} from '../support/desk-steps.ts';

forEachHost((host) => {
  test('an authenticator is enrolled, asked for when a payout is signed, and replaced by a recovery code', async () => {
    const desk = await host.openFilled('two');
    const { page } = desk;
    await addPayee(page, { name: 'Ana Ruiz', reference: 'AR-1', address: 'sim:ana-ruiz' });
    await requestPayout(page, { payee: 'Ana Ruiz', amount: '1250.00', reference: 'INV-77' });
    await lockDesk(page);

    // A failed try is told to whoever signs in next by that name.
    await typeSignIn(page, 'Noor', 'not the passphrase at all');
    await page.getByRole('alert').waitFor();
    await signIn(page, 'Noor');
    await page.getByText('One failed try to sign in as you.').waitFor();
    await page.getByRole('button', { name: 'I have read this' }).click();

    await openSettings(page, 'You');
    await page.getByRole('button', { name: 'Enrol an authenticator' }).click();
    await page.getByLabel('Your passphrase', { exact: true }).fill(PASSPHRASES.Noor);
    await page.getByRole('button', { name: 'Show the code to scan' }).click();
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
    const secret = await page.getByLabel('Secret to type').innerText();
    await page.getByLabel('Six digits of the app').fill('000000');
    await page.getByRole('button', { name: 'Put it in force' }).click();
    await page.getByRole('alert').getByText('second_factor.refused').waitFor();
    await page
      .getByLabel('Six digits of the app')
      .fill(totpCode(fromBase32(secret.replaceAll(' ', '')), stepAt(Date.now())));
    await page.getByRole('button', { name: 'Put it in force' }).click();
    const listed = page.getByRole('list', { name: 'Recovery codes', exact: true }).getByRole('listitem');
    await listed.first().waitFor();
    const codes = await listed.allInnerTexts();
    expect(codes).toHaveLength(10);
    await page.getByLabel('I have kept these codes and can read them.').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('10 recovery codes are left.').waitFor();
    await page.getByRole('list', { name: 'Sessions' }).getByText('this window').waitFor();

    await confirmDestination(page, 'Ana Ruiz');
    await lockDesk(page);
    await signIn(page, 'Noor');
    await goTo(page, 'Approvals');
    await page.getByRole('row', { name: /Ana Ruiz/ }).click();
    await page
      .getByRole('button', { name: /Sign and approve/ })
      .and(page.locator(':enabled'))
      .click();
    const prompt = page.getByRole('dialog', { name: 'Your second factor' });
    // What would rather not be done is not done, and said so.
    await prompt.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').getByText('session.second_factor_required').waitFor();
    await page.getByRole('button', { name: /Sign and approve/ }).click();
    await prompt.getByLabel('Code', { exact: true }).fill('000000');
    await prompt.getByRole('button', { name: 'Go on' }).click();
    await prompt.getByRole('alert').getByText('second_factor.refused').waitFor();
    await prompt.getByLabel('Code', { exact: true }).fill(codes[0] ?? '');
    await prompt.getByRole('button', { name: 'Go on' }).click();
    // The approval goes on by itself.
    await page.getByText('You approved the payout to Ana Ruiz.').waitFor();
    await openSettings(page, 'You');
    await page.getByText('9 recovery codes are left.').waitFor();
    // The refusals above are also the browser's to remark on, where they came over HTTP.
    expect(desk.complaints.filter((complaint) => !/status of 4\d\d/.test(complaint))).toEqual([]);
  });
});
