/** The one window: walled off from Node, showing only the program's own pages. */
import { BrowserWindow, nativeTheme } from 'electron';
import { FIRST_PAGE } from './addresses.ts';
import type { Report } from './report.ts';

/** A page that dies again and again is not brought back for ever. */
const REVIVALS_MAX = 3;

export function openWindow(parts: {
  readonly preloadFile: string;
  readonly packaged: boolean;
  readonly report: Report;
  readonly onGivenUp: () => void;
}): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 640,
    // Shown once it has something to show, on its own ground: no white flash.
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#101214' : '#ffffff',
    webPreferences: {
      preload: parts.preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !parts.packaged,
    },
  });
  window.once('ready-to-show', () => window.show());

  let revivals = 0;
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    parts.report('page.died', { reason, exitCode });
    revivals += 1;
    if (revivals > REVIVALS_MAX) parts.onGivenUp();
    else window.reload();
  });
  window.webContents.on('did-fail-load', (_event, code, description, _address, isMainFrame) => {
    // -3 is a load that was replaced by another.
    if (isMainFrame && code !== -3) parts.report('page.failed', { code, description });
  });

  window.loadURL(FIRST_PAGE).catch((error: unknown) => parts.report('page.failed', { reason: String(error) }));
  return window;
}
