/**
 * What people do when a payout is not simply paid, by what two people see: frozen and let go by two,
 * edited, set aside and resolved by two, rejected with a reason, and corrected in the books.
 */
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { addPayee, fund, goTo, lockDesk, requestPayout, signIn, signTerms } from '../support/desk-steps.ts';

const panel = (page: Page, name: string) => page.getByRole('complementary', { name });

async function freezeAll(page: Page, reason: string): Promise<void> {
  await goTo(page, 'Overview');
  await page.getByRole('button', { name: 'Freeze payments' }).click();
  await page.getByLabel('Reason').fill(reason);
  await page.getByRole('button', { name: 'Freeze now' }).click();
  await page.getByRole('status').filter({ hasText: reason }).waitFor();
}

async function openPayout(page: Page, reference: string): Promise<void> {
  await goTo(page, 'Payouts');
  await page.getByRole('row', { name: reference }).click();
  await panel(page, 'Payout').getByText('What happened').waitFor();
}

forEachHost((host) => {
  test('what is frozen, set aside or rejected goes on only by two people, and the books can be corrected', async () => {
    const desk = await host.openFilled('two');
    const { page } = desk;
    await fund(page, '10000.00');
    // The books: an adjustment is written, and corrected by its reversal.
    await goTo(page, 'Ledger');
    await page.getByRole('tab', { name: 'Accounts' }).click();
    await page.getByLabel('Find an account').fill('treasury:fees');
    await page.getByRole('row', { name: /treasury:fees.*USD/ }).click();
    await page.getByRole('button', { name: 'Adjust', exact: true }).click();
    await page.getByLabel('Amount').fill('-3.00');
    await page.getByLabel('Reason').fill('A fee the bank forgot.');
    await page.getByRole('button', { name: 'Write the adjustment' }).click();
    await panel(page, 'Ledger transaction').getByText('A fee the bank forgot.').waitFor();
    await page.getByRole('button', { name: 'Reverse', exact: true }).click();
    await page.getByLabel('Reason').fill('The bank found it.');
    await page.getByRole('button', { name: 'Write the reversal' }).click();
    await page.getByText('The reversal was written.').waitFor();
    await page.getByRole('tab', { name: 'Trial balance' }).click();
    await page.getByText('The books balance').waitFor();

    await addPayee(page, { name: 'Ana Ruiz', reference: 'AR-1', address: 'sim:ana-ruiz' });
    await requestPayout(page, { payee: 'Ana Ruiz', amount: '1250.00', reference: 'INV-77' });
    await requestPayout(page, { payee: 'Ana Ruiz', amount: '90.00', reference: 'INV-78' });

    // Edited while it is pending.
    await openPayout(page, 'INV-78');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Amount').fill('95.50');
    await page.getByRole('button', { name: 'Save as a new revision' }).click();
    await panel(page, 'Payout').getByRole('heading', { name: '95.50 USD' }).waitFor();

    // Set aside, and a resolution proposed: one signature changes nothing.
    await page.getByRole('button', { name: 'Set aside' }).click();
    await page.getByLabel('Reason').fill('The invoice names another account.');
    await page.getByRole('button', { name: 'Set aside' }).click();
    await page.getByRole('button', { name: 'Propose a resolution' }).click();
    await page.getByRole('radio', { name: /^Cancelled/ }).check();
    await page.getByLabel('Reason').fill('It was never ours to pay.');
    await page.getByLabel('Evidence', { exact: true }).fill('Mail of the payee.');
    await page.getByRole('button', { name: 'Review what you will sign' }).click();
    await signTerms(page, 'Sign as the first of two');
    await page.getByText('You have signed this. Somebody else has to be the second.').waitFor();

    // Frozen by one; letting go takes two.
    await freezeAll(page, 'The bank reports an outage.');
    await page.getByRole('button', { name: 'Lift this freeze' }).click();
    await page.getByLabel('Reason').fill('The bank is back.');
    await page.getByRole('button', { name: 'Review and sign' }).click();
    await signTerms(page, 'Sign as the first of two');
    await page.getByText(/^Your signature is in/).waitFor();

    await lockDesk(page);
    await signIn(page, 'Noor');
    await goTo(page, 'Overview');
    await page.getByRole('link', { name: /^Lift a freeze/ }).click();
    await page.getByRole('button', { name: 'Review and sign' }).click();
    await signTerms(page, 'Sign and carry it out');
    await panel(page, 'Freezes').getByText('Nothing is frozen.').waitFor();
    await page.getByRole('link', { name: /^Resolve a quarantined payout as cancelled/ }).click();
    await page.getByRole('button', { name: 'Review and sign' }).click();
    await signTerms(page, 'Sign and carry it out');
    await panel(page, 'Payout').getByText('Cancelled. Nothing was paid.').waitFor();

    // Rejected from the keyboard, with a reason.
    await goTo(page, 'Approvals');
    await page.getByRole('row', { name: /Ana Ruiz/ }).click();
    await page.keyboard.press('r');
    await page.getByLabel('Reason').fill('Paid by card already.');
    await page.getByRole('button', { name: 'Reject payout' }).click();
    await page.getByText('You rejected the payout to Ana Ruiz. Nothing is paid.').waitFor();
    await openPayout(page, 'INV-77');
    await panel(page, 'Payout').getByText('“Paid by card already.”').first().waitFor();
    expect(desk.complaints).toEqual([]);
  });
});
