/** Every place of the window, held against WCAG 2.2 AA by axe, in both themes. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';
import { addPayee, createVault, requestPayout } from '../support/desk-steps.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds wrong, as lines that name the rule and the first place. */
async function findings(page: Page): Promise<string[]> {
  const results = (await page.evaluate(
    `(async () => { ${axeSource}; return axe.run(document, { runOnly: ${JSON.stringify(RULES)} }); })()`,
  )) as AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

forEachHost((host) => {
  test('nothing on any place stands in the way of somebody who reads it by other means', async () => {
    const { page } = await host.open();
    await createVault(page, 'Example treasury', 'Grace');
    await addPayee(page, { name: 'Ana Ruiz', reference: 'AR-1', address: 'sim:ana-ruiz' });
    await requestPayout(page, { payee: 'Ana Ruiz', amount: '1250.00', reference: 'INV-77' });
    const places = await page.getByRole('navigation', { name: 'Places' }).getByRole('link').all();
    expect(places.length).toBeGreaterThan(5);
    const wrong: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const place of places) {
        const name = (await place.textContent()) ?? '';
        await place.click();
        await page.getByRole('main').waitFor();
        for (const finding of await findings(page)) wrong.push(`${name} (${colorScheme}): ${finding}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
