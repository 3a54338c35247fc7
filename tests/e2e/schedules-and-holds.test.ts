/** A payout that is scheduled, an amount that is set aside, and the jobs behind both, by what a person sees. */
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { addPayee, goTo } from '../support/desk-steps.ts';

async function choosePayee(page: Page, name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Payee' }).fill(name);
  await page.getByRole('option', { name }).click();
}

forEachHost((host) => {
  test('a payout is scheduled and made, an amount set aside and released, a job run and paused', async () => {
    const desk = await host.openFilled('alone');
    const { page } = desk;
    await addPayee(page, { name: 'Ana Ruiz', reference: 'AR-1', address: 'sim:ana-ruiz' });

    await goTo(page, 'Schedules');
    await page.getByText('No payout schedules yet').waitFor();
    await page.getByRole('button', { name: 'Schedule a payout' }).first().click();
    await choosePayee(page, 'Ana Ruiz');
    await page.getByLabel('Amount', { exact: true }).fill('1250.00');
    await page.getByLabel('Reference', { exact: true }).fill('PLACED-7');
    await page.getByLabel('With the placement’s guarantee').check();
    await page.getByLabel(/^Placement/).fill('PL-7');
    await page.getByLabel(/^The guarantee is complete on/).fill('2031-03-29');
    await page.getByRole('button', { name: /^Schedule .*USD$/ }).click();

    const schedule = page.getByRole('complementary', { name: 'Payout schedule' });
    await schedule.getByText('With the guarantee of PL-7').waitFor();
    await schedule.getByRole('button', { name: 'Make the payout now' }).click();
    await schedule.getByText(/is asked for now, in the name of Grace/).waitFor();
    await schedule.getByRole('button', { name: 'Make the payout now' }).click();
    await schedule.getByText('Its payout was asked for and has a life of its own.').waitFor();
    await page.getByRole('row', { name: /Payout made.*Ana Ruiz/ }).waitFor();
    await schedule.getByRole('button', { name: 'Open its payout' }).click();
    await page.getByRole('complementary', { name: 'Payout' }).getByText('PLACED-7').first().waitFor();

    await goTo(page, 'Escrow holds');
    await page.getByRole('button', { name: 'Set an amount aside' }).first().click();
    await choosePayee(page, 'Ana Ruiz');
    await page.getByLabel('Amount', { exact: true }).fill('2000');
    await page.getByLabel('Only by a person').check();
    await page.getByLabel(/^Placement/).fill('PL-7');
    await page.getByLabel('Reference', { exact: true }).fill('HOLD-7');
    await page.getByRole('button', { name: /^Set aside .*USD$/ }).click();
    // No more than is owed.
    await page.getByRole('alert').getByText('ledger.limit').waitFor();
    await page.getByLabel('Amount', { exact: true }).fill('250');
    await page.getByRole('button', { name: /^Set aside .*USD$/ }).click();
    const hold = page.getByRole('complementary', { name: 'Escrow hold' });
    await hold.getByText('The amount is owed to the payee and stays in the reserve.').waitFor();
    await hold.getByRole('button', { name: 'Release', exact: true }).click();
    await hold.getByText(/250.00 USD goes back to Ana Ruiz/).waitFor();
    await hold.getByLabel('Reason').fill('Settled.');
    await hold.getByRole('button', { name: 'Release', exact: true }).click();
    await hold.getByText('The amount went back to the payee and can be paid out.').waitFor();

    await goTo(page, 'Jobs');
    await page.getByRole('row', { name: /process-schedules/ }).click();
    const job = page.getByRole('complementary', { name: 'Job' });
    await job.getByRole('button', { name: 'Run now' }).click();
    await job.getByText(/0 processed.*by hand/).waitFor();
    await job.getByRole('button', { name: 'Pause', exact: true }).click();
    await job.getByLabel('Reason').fill('Month end.');
    await job.getByRole('button', { name: 'Pause', exact: true }).click();
    await job.getByText('Paused by Grace').waitFor();
    await job.getByRole('button', { name: 'Let it run again' }).click();
    await job.getByText('Paused by Grace').waitFor({ state: 'detached' });
    // The refusal above is also the browser's to remark on, where it came over HTTP.
    expect(desk.complaints.filter((complaint) => !complaint.includes('status of 422'))).toEqual([]);
  });
});
