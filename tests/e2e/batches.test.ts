/** Payouts over NOWPayments: approved, asked for together, read, and released with a code. */
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { approveOn, goTo } from '../support/desk-steps.ts';

forEachHost((host) => {
  test('a batch over NOWPayments is read, a wrong code is not taken, and the right one pays all of it', async () => {
    const { page } = await host.openFilled('sandbox');
    await approveOn(page, 'nowpayments', { hasText: 'USDT', least: 4 });

    const rail = page.getByRole('navigation', { name: 'Places' });
    await rail.getByRole('link', { name: /^Signing.*1/ }).waitFor();
    await goTo(page, 'Signing');
    const batch = page.getByRole('article', { name: 'Batch' });
    await batch.getByRole('heading', { name: '4 payments over NOWPayments' }).waitFor();
    const payments = batch.getByRole('region', { name: 'What the code releases' });
    expect(await payments.getByRole('listitem').count()).toBe(4);
    expect(await payments.innerText()).toContain('Ines Duarte');
    await batch.getByText(/^About 2\.00/).waitFor();

    const code = page.getByLabel('Code', { exact: true });
    await code.fill('000000');
    await page.keyboard.press('Enter');
    const refused = page.getByRole('alert');
    await refused.getByText('That code was not taken.').waitFor();
    expect(await refused.innerText()).toContain('Nothing in the batch was released.');
    await batch.getByText('9', { exact: true }).waitFor();

    await code.fill('123456');
    await page.getByRole('button', { name: 'Release 4 payments' }).click();
    await page.getByText('Each payment goes its own way now.').last().waitFor();
    await page
      .getByRole('region', { name: 'Payments' })
      .getByText(/^(?:Completed|Settled)$/)
      .nth(3)
      .waitFor({ timeout: 30_000 });
    await batch.getByText('Grace').waitFor();
  });
});
