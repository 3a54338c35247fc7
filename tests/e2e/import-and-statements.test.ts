/** From a file and a royalty statement to payouts, by what two people see: put right, imported, confirmed, claimed. */
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { goTo, lockDesk, signIn } from '../support/desk-steps.ts';

const HEADER = 'Payee ref,Name,Rail,Address,Amount,Asset,Reference';
const FILE = [
  HEADER,
  'AR-1,Ana Ruiz,simulated,sim:ana-ruiz,1250.00,USD,INV-1',
  'BO-1,Bo Chen,simulated,sim:bo-chen,80.005,USD,INV-2',
  'CE-1,Cem Aydin,simulated,sim:cem-aydin,99.90,EUR,INV-3',
].join('\n');

forEachHost((host) => {
  test('a file is put right and imported, its payees confirmed by another person, a statement paid from', async () => {
    const { page, complaints } = await host.openFilled('two');

    await goTo(page, 'Import');
    const file = { name: 'october.csv', mimeType: 'text/csv', buffer: Buffer.from(FILE) };
    await page.getByLabel('Choose a file').setInputFiles(file);
    await page.getByLabel(/^Create payees that are not known yet/).check();
    await page.getByRole('button', { name: 'Check every row' }).click();

    // One bad row holds up all of them until it is put right, on its line.
    await page.getByRole('tab', { name: 'Problems · 1' }).waitFor();
    expect(await page.getByRole('button', { name: 'Import 2 payouts' }).isDisabled()).toBe(true);
    await page.getByRole('row', { name: /Too many decimals/ }).click();
    await page.getByLabel('Amount', { exact: true }).fill('80.05');
    await page.getByRole('button', { name: 'Save and check again' }).click();
    await page.getByText('No problems').waitFor();
    const summary = page.getByRole('complementary', { name: 'What will be written' });
    await summary.getByText(/1\D330\.05/).waitFor();
    await summary.getByRole('button', { name: 'Import 3 payouts' }).click();
    await page.getByText('3 payouts were requested').waitFor();

    // The very same file is not taken twice without a word.
    await page.getByRole('button', { name: 'Import another file' }).click();
    await page.getByRole('row', { name: /october\.csv/ }).waitFor();
    await page.getByLabel('Choose a file').setInputFiles(file);
    await page.getByText(/^This very file was imported before, by Grace/).waitFor();
    await page.getByRole('button', { name: 'Abandon this import' }).click();

    // Nobody confirms what they proposed; another person confirms all three at once.
    await page.goto(`${page.url().split('#')[0]}#/payees?tab=waiting`);
    await page.getByRole('row', { name: /Bo Chen/ }).click();
    await page.getByText(/^You cannot confirm this one\./).waitFor();
    await lockDesk(page);
    await signIn(page, 'Noor');
    await goTo(page, 'Payees');
    await page.getByRole('tab', { name: 'To confirm · 3' }).click();
    await page.getByRole('row', { name: /Bo Chen/ }).waitFor();
    await page.getByRole('button', { name: 'Select all' }).click();
    await page.getByRole('button', { name: /^Review and confirm/ }).click();
    await page.getByRole('button', { name: 'Confirm 3 destinations' }).click();
    await page.getByText(/^3 destinations are confirmed/).waitFor();

    // A statement adds up as it is typed, and is entered once it agrees with its own total.
    await goTo(page, 'Statements');
    await page.getByRole('button', { name: 'Enter a statement' }).first().click();
    await page.getByRole('combobox', { name: 'Payee' }).fill('Ana');
    await page.getByRole('option', { name: /Ana Ruiz/ }).click();
    await page.getByLabel('Reference of the statement').fill('ROY-2026-Q3');
    await page.getByLabel('Period from').fill('2026-07-01');
    await page.getByLabel('Period to').fill('2026-09-30');
    await page.getByLabel('Description of line 1').fill('Streams');
    await page.getByLabel('Amount of line 1').fill('1204.10');
    await page.getByLabel('Amount of line 1').press('Enter');
    await page.getByLabel('Description of line 2').fill('Advance');
    await page.getByLabel('Amount of line 2').fill('-200');
    await page.getByLabel(/^Total as the statement has it/).fill('1004.20');
    await page.getByText('Differs from the lines by 0.10.').waitFor();
    const enter = page.getByRole('button', { name: /^Enter statement over/ });
    expect(await enter.isDisabled()).toBe(true);
    await page.getByLabel(/^Total as the statement has it/).fill('1004.10');
    await enter.click();
    await page.getByRole('button', { name: 'Request a payout from it' }).click();
    await page.getByRole('heading', { name: 'Request a payout' }).waitFor();

    expect(complaints).toEqual([]);
  });
});
