/**
 * The launch secret: who can read what the server printed when it started may use it. The token
 * travels in the fragment of the printed URL, which browsers never send; the page exchanges it
 * once for a cookie that scripts cannot read and other sites cannot make the browser send.
 * Scripts give the token itself, as `Authorization: Bearer`.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Launch {
  readonly token: string;
  /** The cookie to set for this token; null when it is not ours. */
  cookieFor(token: string): string | null;
  /** Does the request carry the cookie or the token? */
  admits(request: IncomingMessage): boolean;
}

export function createLaunch(options: { readonly port: number; readonly secure: boolean }): Launch {
  const token = randomBytes(32).toString('base64url');
  // Not the token: what the browser keeps does not open the printed URL again.
  const cookieSecret = randomBytes(32).toString('base64url');
  // Browsers do not tell the ports of a host apart, so two servers need two names.
  const cookieName = `countersign-${options.port}`;

  return {
    token,
    cookieFor(given) {
      if (!sameSecret(given, token)) return null;
      return `${cookieName}=${cookieSecret}; Path=/; HttpOnly; SameSite=Strict${options.secure ? '; Secure' : ''}`;
    },
    admits(request) {
      const bearer = bearerOf(request);
      if (bearer !== undefined) return sameSecret(bearer, token);
      return cookiesNamed(request.headers.cookie ?? '', cookieName).some((value) => sameSecret(value, cookieSecret));
    },
  };
}

/** A secret as it is, which a service account's token never looks like. */
export function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** A service account's token (three parts, JWT), which the launch token never looks like. */
export function tokenOf(request: IncomingMessage): string | undefined {
  return /^Bearer ([\w-]*\.[\w-]*\.[\w-]*)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function cookiesNamed(header: string, name: string): string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** In constant time, whatever the lengths. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
