/** The entry of the desktop app. What it needs lies beside it once bundled into `dist/desktop`. */
import path from 'node:path';
import { app } from 'electron';
import { startEngine } from '../engine/supervisor.ts';
import { startDesktop } from './desktop.ts';
import { serveDeviceProcesses } from './device-processes.ts';
import { reportToStandardError } from './report.ts';

const here = import.meta.dirname;

// Where somebody keeps their treasury elsewhere, everything lies there, as for the other hosts.
const home = process.env.COUNTERSIGN_HOME;
if (home !== undefined && home !== '') app.setPath('userData', path.resolve(home));

startDesktop({
  startEngine: (options) =>
    startEngine(options, {
      threadUrl: new URL('./engine-thread.js', import.meta.url),
      serveDevices: (port) =>
        serveDeviceProcesses(port, { file: path.join(here, 'device-process.js'), report: reportToStandardError }),
      onCrash: (error) => reportToStandardError('engine.died', { reason: error.message }),
    }),
  rendererFolder: path.join(here, '../renderer'),
  preloadFile: path.join(here, 'preload.cjs'),
  args: process.argv.slice(1),
  platform: process.platform,
  report: reportToStandardError,
}).catch((error: unknown) => {
  reportToStandardError('desktop.failed', { reason: String(error) });
  app.exit(1);
});
