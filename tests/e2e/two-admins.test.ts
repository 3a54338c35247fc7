/** What changes who may do what takes two admins, by what the two of them see. */
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import {
  addPayee,
  addPerson,
  createVault,
  goTo,
  lockDesk,
  openSettings,
  requestPayout,
  signIn,
  signTerms,
} from '../support/desk-steps.ts';

const panel = (page: Page, name: string) => page.getByRole('complementary', { name });

forEachHost((host) => {
  test('a policy, a service account and somebody’s roles change once a second admin has signed', async () => {
    const desk = await host.open();
    const { page } = desk;
    await createVault(page, 'Example treasury', 'Grace');
    await page.getByText('One admin sets this treasury up alone.').waitFor();
    await addPerson(page, 'Noor');
    await page.getByText('One admin sets this treasury up alone.').waitFor({ state: 'detached' });
    await addPayee(page, { name: 'Ana Ruiz', reference: 'AR-1', address: 'sim:ana-ruiz' });

    // A rule is written by form, put in words, tried, and proposed.
    await openSettings(page, 'Policy');
    await page.getByText('Version 1 is in force').waitFor();
    await page.getByRole('button', { name: 'Edit the policy' }).click();
    await page.getByRole('button', { name: 'Add a rule' }).click();
    const rule = panel(page, 'Rule');
    await rule.getByRole('button', { name: 'Add the rule' }).click();
    await rule.getByText('A rule needs a name.').waitFor();
    await rule.getByLabel('Name of the rule').fill('Large amounts');
    await rule.getByRole('button', { name: 'Add an amount' }).click();
    await rule.getByLabel('Asset').selectOption('USD');
    await rule.getByLabel('From', { exact: true }).fill('10000');
    await rule.getByRole('radio', { name: 'is refused' }).check();
    await rule.getByLabel('Why it is refused').fill('Nobody is paid that much at once');
    await rule.getByRole('button', { name: 'Add the rule' }).click();
    await page
      .getByRole('article', { name: /Large amounts/ })
      .getByText(/10.000\.00 USD/)
      .waitFor();
    await page
      .getByRole('button', { name: 'Move Large amounts up' })
      .or(page.getByText('Changed, not in force yet'))
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Try a payout' }).click();
    const trial = panel(page, 'What would this payout need?');
    await trial.getByLabel('Amount').fill('12000');
    await trial.getByRole('button', { name: 'Try it' }).click();
    await trial.getByText('It would be refused').waitFor();
    await page.getByRole('button', { name: 'Propose this policy' }).click();
    const propose = panel(page, 'Propose this policy');
    await propose.getByText('Added: Large amounts').waitFor();
    await propose.getByLabel('Reason').fill('The insurance covers less.');
    await propose.getByRole('button', { name: 'Review what you will sign' }).click();
    await signTerms(page, 'Sign as the first of two');
    await propose.getByText(/^Your signature is in/).waitFor();
    await page.getByRole('button', { name: 'Discard the draft' }).click();
    await page.getByText('Version 1 is in force').waitFor();

    await page.getByRole('tab', { name: 'Service accounts' }).click();
    await page.getByRole('button', { name: 'Register an account' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('Billing');
    await page.getByLabel('Subject').fill('billing-service');
    await page.getByLabel('Reason').fill('Month-end runs.');
    await page.getByRole('button', { name: 'Review what you will sign' }).click();
    await signTerms(page, 'Sign as the first of two');
    await page.getByText(/^Your signature is in/).waitFor();

    await lockDesk(page);
    await signIn(page, 'Noor');
    await goTo(page, 'Overview');
    await page.getByRole('link', { name: /^Change the approval policy/ }).click();
    const act = panel(page, 'Act to sign');
    await act.getByText('The insurance covers less.').waitFor();
    await act.getByText('Large amounts').waitFor();
    await act.getByRole('button', { name: 'Review and sign' }).click();
    await signTerms(page, 'Sign and carry it out');
    await act.getByText('Signed, and carried out.').waitFor();
    await page.getByText('Version 2 is in force').waitFor();
    await page.getByRole('button', { name: 'Versions' }).click();
    await panel(page, 'Versions')
      .getByRole('button', { name: /Version 2/ })
      .click();
    await panel(page, 'Versions').getByText('Added: Large amounts').waitFor();

    await goTo(page, 'Overview');
    await page.getByRole('link', { name: /^Register the service account billing-service/ }).click();
    await act.getByRole('button', { name: 'Review and sign' }).click();
    await signTerms(page, 'Sign and carry it out');
    await page.getByRole('row', { name: /Billing/ }).waitFor();

    // Noor takes the second half of it from Grace: both signatures are needed again.
    await page.getByRole('tab', { name: 'People', exact: true }).click();
    await page.getByRole('row', { name: /Grace/ }).click();
    await panel(page, 'Person').getByText('at the founding').first().waitFor();
    await panel(page, 'Person').getByRole('button', { name: 'Change roles' }).click();
    await panel(page, 'Person')
      .getByRole('checkbox', { name: /^Signer/ })
      .uncheck();
    await panel(page, 'Person').getByRole('button', { name: 'Review what you will sign' }).click();
    await signTerms(page, 'Sign as the first of two');
    await panel(page, 'Person')
      .getByText(/^Your signature is in/)
      .waitFor();
    await page.getByRole('tab', { name: 'Access' }).click();
    await page.getByText('Every grant is signed by those who could give it.').waitFor();
    await page.getByRole('table', { name: 'People' }).getByText('Noor').waitFor();

    // The new policy is in force: the payout it forbids cannot even be asked for.
    await lockDesk(page);
    await signIn(page, 'Grace');
    await goTo(page, 'Payouts');
    await requestRefused(page);
    await requestPayout(page, { payee: 'Ana Ruiz', amount: '90.00', reference: 'INV-78' });
    expect(desk.complaints.filter((complaint) => !/status of 4\d\d/.test(complaint))).toEqual([]);
  });
});

async function requestRefused(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Request a payout' }).first().click();
  await page.getByRole('combobox', { name: 'Payee' }).fill('Ana Ruiz');
  await page.getByRole('option', { name: 'Ana Ruiz' }).click();
  await page.getByLabel('Amount').fill('12000.00');
  await page.getByLabel('Reference', { exact: true }).fill('INV-77');
  await page.getByRole('button', { name: /^Request .*USD$/ }).click();
  await page.getByRole('alert').getByText('policy.denied').waitFor();
  await page.keyboard.press('Escape');
}
