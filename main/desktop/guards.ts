/**
 * What the window's content may not do, whatever runs in it: ask the system for more than a place
 * on the clipboard, leave the program's pages, open windows, attach web views, load from a
 * network, or download.
 */
import { type Session, shell, type WebContents } from 'electron';
import { isAppUrl, mayBeLoaded, outsideAddress } from './addresses.ts';
import type { Report } from './report.ts';

export function guardSession(session: Session, report: Report): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const allowed = details.isMainFrame && mayUse(permission, details.requestingUrl);
    if (!allowed) report('permission.refused', { permission });
    answer(allowed);
  });
  // Asked silently and often, thus not reported.
  session.setPermissionCheckHandler(
    (_contents, permission, origin, details) => details.isMainFrame && mayUse(permission, origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => {
    const cancel = !mayBeLoaded(details.url);
    if (cancel) report('request.refused', { url: withoutQuery(details.url) });
    answer({ cancel });
  });
  session.on('will-download', (event, item) => {
    report('download.refused', { url: withoutQuery(item.getURL()) });
    event.preventDefault();
  });
  // Chromium would fetch its dictionaries from a network.
  session.setSpellCheckerEnabled(false);
}

/** Copying an address or a hash is all that a page needs of the system; reading the clipboard is not. */
function mayUse(permission: string, requestedBy: string): boolean {
  return permission === 'clipboard-sanitized-write' && isAppUrl(requestedBy);
}

export function guardContents(contents: WebContents, report: Report): void {
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && isAppUrl(event.url)) return;
    report('navigation.refused', { url: withoutQuery(event.url) });
    event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (event.isMainFrame && isAppUrl(event.url)) return;
    report('redirect.refused', { url: withoutQuery(event.url) });
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    report('webview.refused', {});
    event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url, report);
    return { action: 'deny' };
  });
}

/** The one place from which the system's browser is started. */
function openOutside(address: string, report: Report): void {
  const allowed = outsideAddress(address);
  if (allowed === null) {
    report('link.refused', { url: withoutQuery(address) });
    return;
  }
  shell.openExternal(allowed).catch((error: unknown) => {
    report('link.failed', { url: withoutQuery(allowed), reason: String(error) });
  });
}

/** Addresses are written down without what might be secret in them, and not without end. */
function withoutQuery(address: string): string {
  return (address.split(/[?#]/, 1)[0] ?? '').slice(0, 200);
}
