/**
 * Finds an Electron that can open a window here, or says in one sentence why there is none. The
 * npm package has no binary inside: it is fetched on first use, where its source can be reached.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ROOT } from './setup.mjs';

const PACKAGE = path.join(ROOT, 'node_modules', 'electron');
const DOWNLOADS = 'https://github.com/electron/electron/releases/download/';
const ANSWER_MS_MAX = 1_500;
const DOWNLOAD_MS_MAX = 10 * 60_000;

/** Gives `{ executable }`, or `{ absent }` with the reason. */
export async function findElectron(node) {
  const display = whyNoWindow();
  if (display !== null) return { absent: display };

  const overridden = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (overridden !== undefined && overridden !== '') {
    const executable = path.join(overridden, executableName());
    if (existsSync(executable)) return { executable };
    return { absent: `ELECTRON_OVERRIDE_DIST_PATH names ${overridden}, where there is no ${executableName()}` };
  }
  const installed = path.join(PACKAGE, 'dist', executableName());
  if (existsSync(installed)) return { executable: installed };

  if (!(await canBeFetched())) return { absent: 'its binary is not installed and its download does not answer' };
  console.error('Fetching Electron (once, about 100 MB) …');
  const { status } = spawnSync(node, [path.join(PACKAGE, 'install.js')], {
    stdio: ['ignore', 2, 2],
    timeout: DOWNLOAD_MS_MAX,
  });
  return status === 0 && existsSync(installed) ? { executable: installed } : { absent: 'its download failed' };
}

function whyNoWindow() {
  if (process.platform !== 'linux') return null;
  if (process.env.DISPLAY === undefined && process.env.WAYLAND_DISPLAY === undefined) return 'there is no display';
  // As root it would only run with its sandbox off, and the sandbox is what keeps the window harmless.
  return process.getuid?.() === 0 ? 'it does not run as root' : null;
}

function executableName() {
  switch (process.platform) {
    case 'darwin':
      return 'Electron.app/Contents/MacOS/Electron';
    case 'win32':
      return 'electron.exe';
    default:
      return 'electron';
  }
}

/** Asks the download's address for its head. No answer in time is an answer: starting must not hang on a network. */
async function canBeFetched() {
  const { version } = JSON.parse(readFileSync(path.join(PACKAGE, 'package.json'), 'utf8'));
  const source = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? DOWNLOADS;
  const address = `${source}v${version}/electron-v${version}-${process.platform}-${process.arch}.zip`;
  try {
    const { ok } = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    return ok;
  } catch {
    return false;
  }
}
