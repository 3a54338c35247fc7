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
const ANSWER_MS_MAX = 2_000;
const DOWNLOAD_MS_MAX = 10 * 60_000;

/** Gives `{ executable }`, or `{ absent }` with the reason. */
export async function findElectron(node) {
  // Who names an Electron knows what it needs: a display and a user are left to them.
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (named) return ifItRuns(path.join(named, executableName()), `ELECTRON_OVERRIDE_DIST_PATH names ${named}, but`);

  const reason = whyNoWindow();
  if (reason !== null) return { absent: reason };
  const installed = path.join(PACKAGE, 'dist', executableName());
  if (!existsSync(installed)) {
    if (!(await canBeFetched())) return { absent: 'its binary is not installed and its download does not answer' };
    console.error('Fetching Electron (once, about 100 MB) …');
    const args = [path.join(PACKAGE, 'install.js')];
    const { status } = spawnSync(node, args, { stdio: ['ignore', 2, 2], timeout: DOWNLOAD_MS_MAX });
    if (status !== 0) return { absent: 'its download failed' };
  }
  return ifItRuns(installed, 'it is installed, but');
}

/** An Electron without the system's libraries it is linked to ends before it could say so in a window. */
function ifItRuns(executable, preface) {
  if (!existsSync(executable)) return { absent: `${preface} ${executable} does not exist` };
  const { status } = spawnSync(executable, ['--version'], { stdio: 'ignore', timeout: ANSWER_MS_MAX });
  return status === 0 ? { executable } : { absent: `${preface} ${executable} does not run on this machine` };
}

function whyNoWindow() {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
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
