/** The desktop app's own code over the double of Electron, with the engine in its thread as it is shipped. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startEngine } from '../../../main/engine/supervisor.ts';
import { runDesktop } from '../electron/desktop.ts';
import { type HostKind, listenTo } from './desk.ts';

const RENDERER = path.join(import.meta.dirname, '../../../dist/renderer');
const ENGINE_THREAD = pathToFileURL(path.join(import.meta.dirname, '../../../dist/desktop/engine-thread.js'));

export const desktopHost: HostKind = {
  name: 'desktop, on the Electron double',
  async open(browser, home) {
    let heard: ReturnType<typeof listenTo> = { complaints: [], console: [] };
    const desktop = await runDesktop({
      browser,
      rendererFolder: RENDERER,
      startEngine: (options) => startEngine(options, { threadUrl: ENGINE_THREAD }),
      userData: home,
      onPage: (page) => {
        heard = listenTo(page);
      },
    });
    const page = await desktop.world.page();
    return { page, vaultFolder: path.join(home, 'vaults'), ...heard, close: () => desktop.end() };
  },
};
