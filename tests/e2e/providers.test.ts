/** Keys of a provider: entered, tried out, shown by their ends, refused, tested and taken back. */
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { openSettings } from '../support/desk-steps.ts';
import { stripeWorld } from '../support/stripe-world.ts';

forEachHost((host) => {
  test('keys of Stripe are tried out before they are kept, tested, and taken out of use', async () => {
    const stripe = await stripeWorld();
    try {
      await stripe.fill(1_234_500);
      const { page } = await host.openFilled('sandbox');
      await openSettings(page, 'Providers');
      const column = page.getByRole('region', { name: 'Stripe', exact: true });
      await column.getByText('Simulated', { exact: true }).waitFor();

      await column.getByRole('button', { name: 'Change: Keys' }).click();
      const panel = page.getByRole('complementary', { name: 'Change: Keys' });
      await panel.getByLabel('Address').fill(stripe.url);
      await panel.getByLabel('Secret key').fill('sk_live_0123456789abcd');
      await panel.getByLabel('Reason').fill('Trying out our test account');
      await panel.getByRole('button', { name: 'Change now' }).click();
      const refused = panel.getByRole('alert');
      await refused.getByText(/^That is for real money/).waitFor();
      expect(await refused.innerText()).toContain('what was in force still is');

      await panel.getByLabel('Secret key').fill('sk_test_0123456789wxyz');
      await panel.getByRole('button', { name: 'Change now' }).click();
      await panel.getByText('Changed. It holds from now on.').waitFor();
      await panel.getByRole('button', { name: 'Close' }).click();
      await column.getByText('Set up', { exact: true }).waitFor();
      expect(await column.getByText('…wxyz').count()).toBeGreaterThan(0);
      expect(await page.content()).not.toContain('0123456789wxyz');

      await column.getByRole('button', { name: 'Test now: Stripe' }).click();
      await column.getByText('It answers, and the keys are of acct_1SandboxPlatform.').waitFor();
      await column.getByText('12 345.00').waitFor();
      await column.getByText('taken', { exact: true }).waitFor();

      stripe.revoked.add('sk_test_0123456789wxyz');
      await column.getByRole('button', { name: 'Test now: Stripe' }).click();
      await column.getByText('Not used', { exact: true }).waitFor();
      await column.getByText('Stripe does not know this key.').first().waitFor();

      await column.getByRole('button', { name: 'Change: Keys' }).click();
      await panel.getByRole('button', { name: 'Withdraw' }).click();
      await panel.getByLabel('Reason').fill('It was rolled at Stripe');
      await panel.getByRole('button', { name: 'Change now' }).click();
      await panel.getByText('Changed. It holds from now on.').waitFor();
      await column.getByText('Not set up', { exact: true }).waitFor();
    } finally {
      await stripe.close();
    }
  });
});
