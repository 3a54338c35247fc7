/** The Chromium that the tests drive: named, the system's, or brought in through Debian's package manager. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { SetupError } from './setup.mjs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export function findOrInstallChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new SetupError(`CHROMIUM_PATH names ${named}, which does not exist.`);
  }
  const usual = () => USUAL_PLACES.find((place) => existsSync(place));
  if (usual() === undefined && mayInstall()) install();
  const found = usual();
  if (found !== undefined) return found;
  throw new SetupError(
    'The end-to-end tests need Chromium. Install it (on Debian: `sudo apt-get install chromium`) or name it in CHROMIUM_PATH.',
  );
}

function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function install() {
  console.error('Installing Chromium (once, takes a minute) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status } = spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2] });
    if (status !== 0)
      throw new SetupError(
        `Chromium could not be installed: \`apt-get ${args.join(' ')}\` failed, its reasons are above.`,
      );
  }
}
