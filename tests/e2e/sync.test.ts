/** What the providers told, and how each is read, by what a person sees. */
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { goTo } from '../support/desk-steps.ts';

forEachHost((host) => {
  test('a rail is paused, resumed and read; a record is found, read as it came, and leads to its payout', async () => {
    const desk = await host.openFilled('sandbox');
    const { page } = desk;

    await goTo(page, 'Approvals');
    await page.getByLabel('Rail').selectOption('simulated');
    await page
      .getByRole('row', { name: /Simulated/ })
      .first()
      .waitFor();
    await page.getByRole('grid', { name: /^Payouts waiting for approval/ }).focus();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('a');
    const many = page.getByRole('complementary', { name: 'Approve many' });
    await many.getByText('What you approve in all').waitFor();
    const looked = many.getByLabel(/^I have looked at the .*flagged/);
    if (await looked.isVisible()) await looked.check();
    await many.getByRole('button', { name: /^Sign and approve/ }).click();
    await many
      .getByText(/are approved and go on\./)
      .first()
      .waitFor();

    await page.keyboard.press('g');
    await page.keyboard.press('y');
    const rails = page.getByRole('list', { name: 'Rails' });
    await rails.getByRole('listitem').filter({ hasText: 'Simulated' }).getByText('Up to date').waitFor();
    const record = page.getByRole('row', { name: /Settled.*Paid/ }).first();
    await record.waitFor({ timeout: 20_000 });
    await record.click();
    const panel = page.getByRole('complementary', { name: 'Provider record' });
    await panel.getByText('It agreed with a payout, and the books follow it.').waitFor();
    await panel.getByText(/"status": "completed"/).waitFor();

    await page.getByLabel('What became of it').selectOption('dead');
    await page.getByText('No record is like that.').waitFor();
    expect(await page.getByRole('button', { name: 'Try all of these again' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Show everything' }).first().click();

    await rails.getByRole('link', { name: 'Simulated: how it is doing' }).click();
    const rail = page.getByRole('complementary', { name: 'Simulated: how it is doing' });
    await rail.getByRole('button', { name: 'Pause…' }).click();
    await rail.getByLabel('Reason').fill('The provider moves to another building.');
    await rail.getByRole('button', { name: 'Pause reading' }).click();
    await rail.getByText('Paused by Grace').waitFor();
    await rails.getByRole('listitem').filter({ hasText: 'Simulated' }).getByText('Paused').waitFor();
    // By hand it is read all the same.
    await rail.getByRole('button', { name: 'Read now' }).click();
    await rail.getByText('0 records, 0 settled').waitFor();
    await rail.getByRole('button', { name: 'Resume' }).click();
    await rail.getByRole('button', { name: 'Pause…' }).waitFor();

    await record.click();
    await panel.getByRole('link', { name: 'All records of this payout' }).click();
    await expect.poll(() => page.getByRole('row', { name: /Settled.*Paid/ }).count()).toBe(1);
    await page.getByRole('row', { name: /Settled.*Paid/ }).click();
    await panel.getByText('Completed', { exact: true }).waitFor();
    await panel.getByRole('definition').filter({ hasText: 'Completed' }).getByRole('link').first().click();
    const payout = page.getByRole('complementary', { name: 'Payout' });
    await payout.getByText('What the provider told of it').waitFor();
    expect(desk.complaints).toEqual([]);
  });
});
