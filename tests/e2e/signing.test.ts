/** Payouts in USDC from approval to the ledger of their network: read, signed on the Ledger, rejected there, paid. */
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { approveStellar, goTo } from '../support/desk-steps.ts';

/** Reads the review on the simulated Ledger page by page, and decides where it says so. */
async function decideOnLedger(page: Page, decision: 'approves and signs' | 'rejects'): Promise<string> {
  const ledger = page.getByRole('group', { name: 'Simulated Ledger' });
  const screen = ledger.getByRole('status');
  const read: string[] = [];
  await ledger.getByText(/^Right goes on to the next page/).waitFor();
  while (!(await ledger.getByText(`Both ${decision}`).isVisible())) {
    const before = (await screen.innerText()).trim();
    read.push(before);
    await ledger.getByRole('button', { name: 'Right' }).click();
    await expect.poll(async () => (await screen.innerText()).trim(), { interval: 5 }).not.toBe(before);
  }
  await ledger.getByRole('button', { name: 'Both' }).click();
  return read.join('\n');
}

forEachHost((host) => {
  test('a transaction is built, read, rejected on the Ledger, signed there, and confirmed', async () => {
    const desk = await host.openFilled('sandbox');
    const { page } = desk;
    await approveStellar(page);

    await goTo(page, 'Settings');
    await page.getByRole('tab', { name: 'Stellar' }).click();
    await page.getByRole('button', { name: 'Change: Fees' }).click();
    const fees = page.getByRole('complementary', { name: 'Change: Fees' });
    await fees.getByLabel('Outbid after').fill('soon');
    await fees.getByLabel('Reason').fill('The network is busy.');
    await fees.getByRole('button', { name: 'Change now' }).click();
    expect(await fees.getByRole('alert').innerText()).toContain('PAYOUTS_BUMP_AFTER_S');
    await fees.getByLabel('Outbid after').fill('90');
    await fees.getByRole('button', { name: 'Change now' }).click();
    await fees.getByText('It holds from now on').waitFor();
    const shown = page.getByText('PAYOUTS_BUMP_AFTER_S').locator('xpath=ancestor::div[1]');
    await expect.poll(() => shown.innerText()).toMatch(/90\s+Vault/);

    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByText('5 payouts wait for a transaction.').waitFor();
    await page.getByRole('button', { name: /^Next transaction/ }).click();
    await page.getByRole('button', { name: 'Build it' }).click();

    await page.getByText('All 5 operations are the approved payouts.').waitFor();
    const steps = page.getByRole('list', { name: 'Steps' });
    expect(await steps.locator('[aria-current=step]').innerText()).toContain('Review');
    const sign = page.getByRole('button', { name: 'Sign on the Ledger' });
    expect(await sign.isDisabled()).toBe(true);
    await page.getByLabel(/^I read what will be signed/).check();

    // Which key it signs with is chosen, and its address compared on the Ledger's own screen.
    await page.getByRole('button', { name: 'Show its keys' }).click();
    const own = page.getByRole('list', { name: 'Keys on the Ledger' }).getByRole('listitem').first();
    await own.getByRole('radio').check();
    await own.getByRole('button', { name: 'Show it on the Ledger' }).click();
    await decideOnLedger(page, 'approves and signs');
    await page.getByText(/^You approved it on the Ledger/).waitFor();
    await page.getByRole('button', { name: 'Hide them' }).click();
    await page.getByRole('button', { name: "Signs with 44'/148'/0'" }).waitFor();

    await sign.click();
    await decideOnLedger(page, 'rejects');
    const refused = page.getByRole('alert').filter({ hasText: 'rejected' });
    await refused.waitFor();
    expect(await refused.innerText()).toContain('Nothing was signed');
    await page.getByText('Waits for signatures').first().waitFor();

    await sign.click();
    const read = await decideOnLedger(page, 'approves and signs');
    expect(read).toContain('USDC');
    await page.getByText(/^In ledger .*Every payment in it was made\.$/).waitFor({ timeout: 20_000 });
    await page.getByText('No payout waits for a transaction.').waitFor();
    expect(await steps.locator('[aria-current=step]').count()).toBe(0);

    await goTo(page, 'Payouts');
    const paid = page
      .getByRole('row')
      .filter({ hasText: 'USDC' })
      .filter({ hasText: /Completed|Settled/ });
    await expect.poll(() => paid.count()).toBe(5);
    // The browser itself names the requests that were refused: a setting, and the Ledger's signature.
    const expected = /409 \(Conflict\)|422 \(Unprocessable/;
    expect(desk.complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
  });
});
