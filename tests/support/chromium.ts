/** The system's Chromium, driven by Playwright. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright';

const USUAL_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function chromiumExecutable(): string {
  const named = process.env.CHROMIUM_PATH;
  const found = named !== undefined && named !== '' ? named : USUAL_PLACES.find((place) => existsSync(place));
  if (found === undefined) throw new Error('No Chromium: install it, or name it in CHROMIUM_PATH');
  return found;
}

let running: Promise<Browser> | undefined;

/**
 * One for everything that a process of tests does, started when it is first needed and gone with the
 * process: what is to share nothing has a context of its own in it.
 */
export async function sharedChromium(): Promise<Browser> {
  if (running !== undefined && !(await running).isConnected()) running = undefined;
  running ??= launchChromium();
  return running;
}

/** Without whatever a browser does on its own: updates, first-run pages, phoning home. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumExecutable(),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // Electron tells a page that its port was closed; Chromium alone only does with this.
      '--enable-blink-features=MessagePortCloseEvent',
    ],
  });
}
