/**
 * `npm start`: opens the desktop app. Where no Electron can be had it says so in one line and
 * serves the same window to the browser from a loopback server.
 */
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { build } from './build.mjs';
import { findElectron } from './electron.mjs';
import { main, ROOT, run, setUp } from './setup.mjs';

await main(async () => {
  const node = setUp();
  await build(node, 'renderer');
  const args = process.argv.slice(2);
  const home = dataFolder();

  const electron = await findElectron(node);
  if ('executable' in electron) {
    await build(node, 'desktop');
    return run(electron.executable, [ROOT, ...args], { env: { COUNTERSIGN_HOME: home } });
  }
  console.error(`Electron cannot be used (${electron.absent}): the same app opens in the browser.`);
  const serve = ['serve', '--folder', path.join(home, 'vaults'), ...(hasDisplay() ? ['--open'] : []), ...args];
  return run(node, [path.join(ROOT, 'main', 'cli', 'main.ts'), ...serve]);
});

/** Where the desktop app keeps its own, so that both ways in find the same vaults. */
function dataFolder() {
  const { COUNTERSIGN_HOME, XDG_CONFIG_HOME, APPDATA } = process.env;
  if (COUNTERSIGN_HOME) return path.resolve(COUNTERSIGN_HOME);
  switch (process.platform) {
    case 'darwin':
      return path.join(os.homedir(), 'Library', 'Application Support', 'Countersign');
    case 'win32':
      return path.join(APPDATA ?? path.join(os.homedir(), 'AppData', 'Roaming'), 'Countersign');
    default:
      return path.join(XDG_CONFIG_HOME || path.join(os.homedir(), '.config'), 'Countersign');
  }
}

function hasDisplay() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY);
}
