/** What needs attention: raised when it becomes so, seen from everywhere, looked after, and gone when its cause is. */
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { goTo } from '../support/desk-steps.ts';

forEachHost((host) => {
  test('a floor of the treasury raises an alert, which somebody looks after until it is gone', async () => {
    const { page } = await host.openFilled('sandbox');
    const rail = page.getByRole('navigation', { name: 'Places' });

    await goTo(page, 'Settings');
    await page.getByRole('tab', { name: 'Alerts' }).click();
    const floor = page.getByLabel('USD, at least');
    await floor.fill('1.234');
    await page.getByText('More decimals than this asset has.').waitFor();
    await floor.fill('90 000 000 000.00');
    await page.getByLabel('Reason').fill('As the board wants it.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. Alerts are judged by it from now on.').waitFor();
    await rail.getByRole('link', { name: /^Alerts 1 waiting for you/ }).waitFor();

    await page.keyboard.press('Escape');
    await page.locator('body').press('g');
    await page.keyboard.press('o');
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
    await page.getByRole('heading', { name: 'How payments fare' }).waitFor();
    await page.getByRole('link', { name: /USD is low/ }).click();

    const panel = page.getByRole('complementary', { name: 'Alert' });
    await panel.getByText(/The floor that was set is 90\D+000\D+000\D+000\.00\sUSD\.$/).waitFor();
    await panel.getByRole('button', { name: 'Look after it' }).click();
    await panel.getByLabel('Reason').fill('The bank knows.');
    await panel.getByRole('button', { name: 'I look after it' }).click();
    await panel.getByText('Grace looks after it').waitFor();
    await rail.getByRole('link', { name: 'Alerts', exact: true }).waitFor();

    await goTo(page, 'Settings');
    await page.getByRole('tab', { name: 'Alerts' }).click();
    await page.getByLabel('USD, at least').fill('');
    await page.getByLabel('Reason').fill('No longer.');
    await page.getByRole('button', { name: 'Save' }).click();
    await goTo(page, 'Alerts');
    await page.getByText('Nothing needs attention').waitFor();
    await page.getByRole('button', { name: 'Cleared' }).click();
    const cleared = page.getByRole('row', { name: /USD is low/ });
    await cleared.waitFor();
    expect(await cleared.innerText()).toContain('Its cause is gone');
  });
});
