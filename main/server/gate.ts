/**
 * Who may talk to the server at all, decided on the request's headers before anything is read or
 * looked up. A page of another site can make the browser send requests here; it cannot choose the
 * Host and Origin the browser puts on them. A name that an attacker's DNS points at us (DNS
 * rebinding) arrives as a Host that is not ours.
 */
import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import { Refusal } from '../../core/errors/refusal.ts';
import { unsafeBinding } from './errors.ts';
import { invalidInput } from './refusals.ts';

export interface OwnAddress {
  readonly scheme: 'http' | 'https';
  /** The host it listens on. */
  readonly host: string;
  readonly port: number;
  /** Beyond loopback our names are the ones the certificate vouches for. */
  readonly certificate: X509Certificate | null;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

/** Headers that would mean two things at once if they came twice. */
const SINGLE_HEADERS = [
  'host',
  'origin',
  'authorization',
  'content-type',
  'idempotency-key',
  'x-countersign-session',
  'x-correlation-id',
];

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Of a connection; IPv4 may come in IPv6's clothes. */
export function isLoopbackAddress(address: string): boolean {
  return isLoopback(address.replace(/^::ffff:/i, ''));
}

/** Throws where what is said could be read by anybody on the way. */
export function checkBinding(host: string, hasTls: boolean): void {
  if (!hasTls && !isLoopback(host)) throw unsafeBinding(host);
}

/** Throws unless the request is addressed to us, and by nobody else's page. */
export function checkAddressee(request: IncomingMessage, own: OwnAddress): void {
  for (const name of SINGLE_HEADERS) {
    if ((request.headersDistinct[name]?.length ?? 0) > 1) throw invalidInput([name, 'Sent twice']);
  }
  const host = request.headers.host;
  if (host === undefined || !isOurHost(host, own)) throw new Refusal('request.foreign', { header: 'host' });
  const origin = request.headers.origin;
  if (origin !== undefined && origin !== `${own.scheme}://${host}`) {
    throw new Refusal('request.foreign', { header: 'origin' });
  }
}

/**
 * For everything but the page itself: a browser that says another site's page is asking is
 * believed, also where it sends no Origin (images, links).
 */
export function checkNotCrossSite(request: IncomingMessage): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new Refusal('request.foreign', { header: 'sec-fetch-site' });
  }
}

function isOurHost(header: string, own: OwnAddress): boolean {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::([0-9]{1,5}))?$/i.exec(header);
  if (match === null) return false;
  const name = (match[1] ?? match[2] ?? '').toLowerCase();
  const port = match[3] === undefined ? (own.scheme === 'https' ? 443 : 80) : Number(match[3]);
  if (port !== own.port) return false;
  if (name === own.host.toLowerCase() || LOOPBACK_NAMES.includes(name)) return true;
  if (own.certificate === null) return false;
  return isIP(name) === 0
    ? own.certificate.checkHost(name, { subject: 'never' }) !== undefined
    : own.certificate.checkIP(name) !== undefined;
}
