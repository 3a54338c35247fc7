/** Every place of the window, held against WCAG 2.2 AA by axe, in both themes. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { addPayee, approveOn, approveStellar, goTo, openSettings, requestPayout } from '../support/desk-steps.ts';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds wrong in each theme, as lines that name the place, the rule and the first of what breaks it. */
async function findings(page: Page, what: string): Promise<string[]> {
  // Half a megabyte, read by a document once.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axeSource);
  const wrong: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme="${theme}"]`).waitFor();
    const violations = (await page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })
        .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + (nodes[0]?.html ?? '')))`,
    )) as string[];
    wrong.push(...violations.map((violation) => `${what} (${theme}): ${violation}`));
  }
  return wrong;
}

/** What stands beside a list or behind a tab, drawn before it is looked at. */
const OPENED: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  [
    'An approval',
    async (page) => {
      await goTo(page, 'Approvals');
      await page.getByRole('button', { name: /^All \d/ }).click();
      await page.getByRole('row', { name: /Ana Ruiz/ }).click();
      await page.getByText('Earlier payouts to this payee').waitFor();
    },
  ],
  [
    'An audit entry',
    async (page) => {
      await goTo(page, 'Audit');
      await page.getByRole('row').nth(1).click();
      await page.getByRole('complementary', { name: 'Audit entry' }).waitFor();
    },
  ],
  [
    'A rail',
    async (page) => {
      await goTo(page, 'Sync');
      await page.getByRole('link', { name: 'Simulated: how it is doing' }).click();
      await page.getByText('Newest record').waitFor();
    },
  ],
  [
    'A person',
    async (page) => {
      await openSettings(page, 'People');
      await page.getByRole('row', { name: /Grace/ }).click();
      await page.getByText('at the founding').first().waitFor();
    },
  ],
  [
    'Thresholds of alerts',
    async (page) => {
      await openSettings(page, 'Alerts');
      await page.getByLabel('USD, at least').waitFor();
    },
  ],
  [
    'The policy editor with a rule',
    async (page) => {
      await openSettings(page, 'Policy');
      await page.getByRole('button', { name: 'Edit the policy' }).click();
      await page.getByRole('button', { name: /^Edit Any payout/ }).click();
      await page.getByLabel('Name of the rule').waitFor();
    },
  ],
  [
    'The tester of the policy',
    async (page) => {
      await page.getByRole('button', { name: 'Try a payout' }).click();
      await page.getByRole('button', { name: 'Try it' }).waitFor();
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    },
  ],
  [
    'A service account to be',
    async (page) => {
      await openSettings(page, 'Service accounts');
      await page.getByRole('button', { name: 'Register an account' }).first().click();
      await page.getByLabel('Subject').waitFor();
    },
  ],
  [
    'Keys of a provider, being changed',
    async (page) => {
      await openSettings(page, 'Providers');
      const stripe = page.getByRole('region', { name: 'Stripe', exact: true });
      await stripe.getByRole('button', { name: 'Test now: Stripe' }).click();
      await stripe.getByText(/^It answers/).waitFor();
      await stripe.getByRole('button', { name: 'Change: Keys' }).click();
      await page.getByLabel('Secret key').waitFor();
    },
  ],
  [
    'Everybody’s access',
    async (page) => {
      await openSettings(page, 'Access');
      await page.getByRole('table', { name: 'People' }).waitFor();
    },
  ],
  [
    'One’s own settings',
    async (page) => {
      await openSettings(page, 'You');
      await page.getByRole('list', { name: 'Sessions' }).getByText('this window').waitFor();
    },
  ],
];

forEachHost((host) => {
  test('nothing stands in their way where a transaction is signed on the simulated Ledger, and a batch is read', async () => {
    const { page } = await host.openFilled('sandbox');
    await approveStellar(page);
    await goTo(page, 'Signing');
    await page.getByRole('button', { name: /^Next transaction/ }).click();
    const build = page.getByRole('button', { name: 'Build it' });
    await build.waitFor();
    const wrong: string[] = [];
    const look = async (what: string) => wrong.push(...(await findings(page, what)));
    await look('The next transaction');
    await build.click();
    await page.getByRole('group', { name: 'Simulated Ledger' }).waitFor();
    await look('A transaction to sign');
    await page.getByRole('button', { name: 'Give out the XDR' }).click();
    await page.getByLabel('Transaction to sign (XDR)').waitFor();
    await look('A transaction in other hands');
    await approveOn(page, 'nowpayments', { hasText: 'USDT', least: 4 });
    await goTo(page, 'Signing');
    await page.getByRole('region', { name: 'What the code releases' }).waitFor();
    await look('A batch that waits for a code');
    expect(wrong).toEqual([]);
  });

  test('nothing on any place stands in the way of somebody who reads it by other means', async () => {
    const { page } = await host.openFilled('alone');
    await addPayee(page, { name: 'Ana Ruiz', reference: 'AR-1', address: 'sim:ana-ruiz' });
    await requestPayout(page, { payee: 'Ana Ruiz', amount: '1250.00', reference: 'INV-77' });
    const places = await page.getByRole('navigation', { name: 'Places' }).getByRole('link').all();
    expect(places.length).toBeGreaterThan(5);
    const wrong: string[] = [];
    for (const place of places) {
      await place.click();
      await page.getByRole('main').waitFor();
      wrong.push(...(await findings(page, (await place.textContent()) ?? '')));
    }
    for (const [what, show] of OPENED) {
      await show(page);
      wrong.push(...(await findings(page, what)));
    }
    expect(wrong).toEqual([]);
  });
});
