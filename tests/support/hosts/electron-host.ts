/** The real Electron with the built desktop app, where its binary is installed. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { _electron } from 'playwright';
import { type HostKind, listenTo, WINDOW } from './desk.ts';

const ROOT = path.join(import.meta.dirname, '../../..');

/**
 * Looked for by its file: asking the npm package for it would start a download. A machine without
 * a display cannot open its window, which is as good as no binary.
 */
export function findRealElectron(): string | null {
  const name = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string];
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH || path.join(ROOT, 'node_modules/electron/dist');
  const executable = path.join(folder, name ?? 'electron');
  if (!existsSync(executable)) return null;
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY ? null : executable;
}

export function electronHost(executablePath: string): HostKind {
  return {
    name: 'desktop, on the real Electron',
    async open(_browser, home) {
      const app = await _electron.launch({
        executablePath,
        args: [ROOT, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
        cwd: ROOT,
        env: { ...(process.env as Record<string, string>), COUNTERSIGN_HOME: home },
      });
      const page = await app.firstWindow();
      const heard = listenTo(page);
      await page.emulateMedia({ reducedMotion: WINDOW.reducedMotion });
      await page.waitForLoadState('load');
      return { page, vaultFolder: path.join(home, 'vaults'), ...heard, close: () => app.close() };
    },
  };
}
