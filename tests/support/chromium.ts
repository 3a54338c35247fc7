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
