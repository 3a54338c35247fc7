/**
 * Chromium without Electron knows no `app://`. The double serves it under an ordinary origin that
 * has the same rights (a secure context, since `.localhost` is this machine), and translates.
 */
const APP = 'app://countersign';
export const PAGE_ORIGIN = 'http://countersign.localhost';

export function toPageUrl(url: string): string {
  return url === APP || url.startsWith(`${APP}/`) ? PAGE_ORIGIN + url.slice(APP.length) : url;
}

export function toAppUrl(url: string): string {
  return url === PAGE_ORIGIN || url.startsWith(`${PAGE_ORIGIN}/`) ? APP + url.slice(PAGE_ORIGIN.length) : url;
}
