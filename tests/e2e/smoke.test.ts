/** The first thing anybody sees, on every host. */
import { expect, test } from 'vitest';
import { forEachHost } from '../support/desk-hosts.ts';

/** What a page of a browser never has; a window that leaked its surroundings would. */
const OF_NODE = ['require', 'process', 'module', 'exports', 'global', 'Buffer', '__dirname', 'electron', 'ipcRenderer'];

forEachHost((host) => {
  test('a new home opens on the first run, without a complaint of the browser', async () => {
    const { page, complaints } = await host.open();
    await page.getByRole('heading').first().waitFor();
    await page.getByRole('button', { name: /sandbox/i }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('the page has nothing of Node, and runs under a policy that begins with nothing', async () => {
    const { page } = await host.open();
    expect(await page.evaluate((names) => names.filter((name) => name in globalThis), OF_NODE)).toEqual([]);
    expect(await page.evaluate(() => window.isSecureContext)).toBe(true);
    const refused = await page.evaluate(async () => {
      const violation = new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        });
      });
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      return { directive: await violation, ran: 'ran' in window };
    });
    expect(refused).toEqual({ directive: 'script-src-elem', ran: false });
  });
});
