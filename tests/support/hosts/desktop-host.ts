/** The desktop app's own code over the double of Electron, with the engine and its devices' processes as they are shipped. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { serveDeviceProcesses } from '../../../main/desktop/device-processes.ts';
import { reportToStandardError } from '../../../main/desktop/report.ts';
import { startEngine } from '../../../main/engine/supervisor.ts';
import { runDesktop } from '../electron/desktop.ts';
import { type HostKind, listenTo } from './desk.ts';

const DIST = path.join(import.meta.dirname, '../../../dist');
const ENGINE_THREAD = pathToFileURL(path.join(DIST, 'desktop/engine-thread.js'));
const DEVICE_PROCESS = path.join(DIST, 'desktop/device-process.js');

export const desktopHost: HostKind = {
  name: 'desktop, on the Electron double',
  async open(browser, home) {
    let heard: ReturnType<typeof listenTo> = { complaints: [], console: [] };
    const desktop = await runDesktop({
      browser,
      rendererFolder: path.join(DIST, 'renderer'),
      startEngine: (options) =>
        startEngine(options, {
          threadUrl: ENGINE_THREAD,
          serveDevices: (port) => serveDeviceProcesses(port, { file: DEVICE_PROCESS, report: reportToStandardError }),
        }),
      userData: home,
      onPage: (page) => {
        heard = listenTo(page);
      },
    });
    try {
      const page = await desktop.world.page();
      return { page, vaultFolder: path.join(home, 'vaults'), ...heard, close: () => desktop.end() };
    } catch (error) {
      // The next test of this process needs the place of the world that could not show its window.
      await desktop.end();
      throw error;
    }
  },
};
