/**
 * `npm start`: opens the desktop app. Where no Electron can be had it says so in one line and
 * serves the same window to the browser from a loopback server. Both keep their vaults in the
 * same folder. Arguments go to whichever of the two is started.
 */
import path from 'node:path';
import process from 'node:process';
import { build } from './build.mjs';
import { findElectron } from './electron.mjs';
import { main, ROOT, run, setUp } from './setup.mjs';

await main(async () => {
  const node = setUp();
  await build(node, 'renderer');
  const args = process.argv.slice(2);

  const electron = await findElectron(node);
  if ('executable' in electron) {
    await build(node, 'desktop');
    return run(electron.executable, [ROOT, ...args]);
  }
  console.error(`Electron cannot be used (${electron.absent}): the same app opens in the browser.`);
  const open = canShowBrowser() ? ['--open'] : [];
  return run(node, [path.join(ROOT, 'main', 'cli', 'main.ts'), 'serve', ...open, ...args]);
});

function canShowBrowser() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
