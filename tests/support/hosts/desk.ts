/** A desk that a test opened: the window's page, and where its vaults lie. */
import type { Browser, Page } from 'playwright';

export interface Desk {
  readonly page: Page;
  /** The folder in which this desk keeps its vaults. */
  readonly vaultFolder: string;
  /** What the page complained of, as the browser words it: warnings, errors, uncaught errors, refused content. */
  readonly complaints: readonly string[];
  /** Everything written to the console, for whoever has to find out why a test failed. */
  readonly console: readonly string[];
  close(): Promise<void>;
}

export interface HostKind {
  readonly name: string;
  /** Starts the program over the home folder and gives its window, loaded. */
  open(browser: Browser, home: string): Promise<Desk>;
}

/** How every host opens its window: nothing moves that a test would have to wait out. */
export const WINDOW = { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' } as const;

/** Listens to a page from its beginning. */
export function listenTo(page: Page): Pick<Desk, 'complaints' | 'console'> {
  const complaints: string[] = [];
  const lines: string[] = [];
  page.on('console', (message) => {
    lines.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => {
    lines.push(`uncaught: ${error.stack ?? error.message}`);
    complaints.push(error.message);
  });
  return { complaints, console: lines };
}
