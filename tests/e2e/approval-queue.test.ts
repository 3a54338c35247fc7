/** The queue as somebody works through it all day: keys, filters, views, changes, second thoughts, many at once. */
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { goTo, startSandbox } from '../support/desk-steps.ts';

forEachHost((host) => {
  test('payouts are filtered, sent back for a change, approved one by one and many at once, from the keyboard', async () => {
    const desk = await host.open();
    const { page } = desk;
    await startSandbox(page, 'Grace');
    await goTo(page, 'Approvals');
    const list = page.getByRole('grid', { name: /^Payouts waiting for approval/ });
    const approval = page.getByRole('complementary', { name: 'Approval', exact: true });
    await list.getByRole('row').nth(1).waitFor();

    // A view of one's own: the largest first, under a name.
    await page.getByLabel('Order').selectOption('Largest first');
    await page.getByRole('button', { name: 'Saved views' }).click();
    await page.getByRole('menuitem', { name: 'Save this view…' }).click();
    await page.getByLabel('Name of the view').fill('Big ones');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Saved views' }).getByText('Big ones').waitFor();

    await list.focus();
    await page.keyboard.press('Enter');
    await approval.getByText('The facts it rests on, signed with it').waitFor();
    await approval.getByText('Earlier payouts to this payee').waitFor();
    const first = await approval.getByRole('heading', { level: 2 }).innerText();
    await page.keyboard.press('c');
    await approval.getByLabel('What should be changed?').fill('Name the invoice, please.');
    await approval.getByRole('button', { name: 'Ask for this change' }).click();
    await page.getByText(`The payout to ${first} waits for a change.`).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Changes requested/ }).click();
    await page
      .getByRole('row', { name: new RegExp(first) })
      .first()
      .click();
    await approval.getByText('“Name the invoice, please.”').first().waitFor();
    await approval.getByRole('button', { name: 'It may stay as it is' }).click();
    // It has left this list, and with it the panel.
    await page.getByText('Nothing here').waitFor();

    await page
      .getByRole('button', { name: /^Waiting for you/ })
      .first()
      .click();
    await list.focus();
    await page.keyboard.press('Enter');
    const second = await approval.getByRole('heading', { level: 2 }).innerText();
    await approval
      .getByRole('button', { name: /Sign and approve/ })
      .and(page.locator(':enabled'))
      .waitFor();
    const address = page.url();
    await page.keyboard.press('a');
    await page.getByText(`You approved the payout to ${second}.`).waitFor();
    // The one that took its place is open now.
    await page.waitForURL(({ href }) => href !== address);

    // Many at once: selected, summed up, looked at, signed.
    await page.keyboard.press('Escape');
    await list.focus();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+X');
    await page.getByText('3 selected').waitFor();
    await page.getByRole('button', { name: /^Select all/ }).click();
    await page.keyboard.press('a');
    const many = page.getByRole('complementary', { name: 'Approve many' });
    await many.getByText('Look at these first').waitFor();
    // What was approved leaves the queue before the answer comes: the panel stays, and tells of it.
    await page.route('**/rpc/approvals/giveMany', async (route) => {
      const response = await route.fetch();
      if (!(await response.text()).includes('"outcome":"refused"'))
        await page.getByText('Nothing waits for you').waitFor();
      await route.fulfill({ response });
    });
    const again = many.getByRole('button', { name: /^Review the .*left$/ });
    const sign = async () => {
      await many.getByText('What you approve in all').waitFor();
      const looked = many.getByLabel(/^I have looked at the .*flagged/);
      if (await looked.isVisible()) await looked.check();
      await many
        .getByRole('button', { name: /^Sign and approve/ })
        .and(page.locator(':enabled'))
        .click();
      await many
        .getByText(/are approved and go on\.|(was|were) not approved/)
        .first()
        .waitFor();
    };
    await sign();
    // A payee's first payment may have gone out meanwhile: that is another fact, looked at and signed anew.
    for (let round = 0; round < 3 && (await again.isVisible()); round += 1) {
      await again.click();
      await sign();
    }
    await many.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Nothing waits for you').waitFor();
    expect(desk.complaints).toEqual([]);
  });
});
