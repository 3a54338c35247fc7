/**
 * Which addresses the window may show and which may be handed to the system's browser. Every
 * answer comes from a parsed URL compared as a whole: text is never searched for a good name,
 * because a bad address can contain a good one.
 */
export const APP_SCHEME = 'app';
const APP_HOST = 'countersign';
/** As Chromium writes it; Node's URL knows no origins of custom schemes. */
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
export const FIRST_PAGE = `${APP_ORIGIN}/`;

/** Where a person follows a payment to the provider that made it. Exact hosts, no subdomains. */
const OUTSIDE_HOSTS: ReadonlySet<string> = new Set([
  'stellar.expert',
  'dashboard.stripe.com',
  'account.nowpayments.io',
]);

/** Some systems cut or refuse longer ones when they start the browser. */
const OUTSIDE_LENGTH_MAX = 2000;

/** True for the program's own pages and files, and nothing else. */
export function isAppUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return (
    url.protocol === `${APP_SCHEME}:` &&
    url.host === APP_HOST && // the port is part of it
    url.username === '' &&
    url.password === ''
  );
}

/**
 * The address to hand to the system's browser, or null when it may not be. What is returned is
 * the parsed address written out again, so that nobody downstream reads the text differently.
 */
export function outsideAddress(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const allowed =
    url.protocol === 'https:' &&
    url.port === '' &&
    url.username === '' &&
    url.password === '' &&
    OUTSIDE_HOSTS.has(url.hostname) &&
    url.href.length <= OUTSIDE_LENGTH_MAX;
  return allowed ? url.href : null;
}

/** What a page may load. The program ships everything it shows, so nothing comes from a network. */
export function mayBeLoaded(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  // `data:` and `blob:` carry their own content, `devtools:` exists in development only.
  return isAppUrl(address) || protocol === 'data:' || protocol === 'blob:' || protocol === 'devtools:';
}
