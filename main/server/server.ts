/** The engine over HTTP: the renderer's RPC, REST for scripts, and the renderer itself. */
import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Engine } from '../engine/host.ts';
import { securityHeaders } from '../web/security-headers.ts';
import { portTaken, unusableCertificate } from './errors.ts';
import { checkBinding } from './gate.ts';
import { createLaunch } from './launch.ts';
import { catalogueError, refusalBody, sendRefusal } from './refusals.ts';
import { requestListener } from './requests.ts';

export interface ServerOptions {
  readonly engine: Engine;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** The built renderer; served at `/`. */
  readonly rendererFolder: string;
  readonly version: string;
  /** PEM texts; without them only loopback is listened on. */
  /** What a collector of figures shows. */
  readonly metricsToken?: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly bodyBytesMax?: number;
  readonly onFault: (error: unknown, correlationId: string) => void;
}

export interface RunningServer {
  /** What to open: the address with the launch token in its fragment. */
  readonly url: string;
  /** The address alone. */
  readonly origin: string;
  readonly token: string;
  readonly port: number;
  /** Refuses new work, lets open requests finish, ends event streams. The engine is the caller's to stop. */
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 1024 * 1024;
const CLOSE_WITHIN_MS = 10_000;
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
} as const;

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  checkBinding(options.host, options.tls !== undefined);
  const server = createServer(options.tls);
  server.maxConnections = 512;
  server.on('clientError', answerBrokenRequest);
  const port = await listen(server, options.host, options.port);

  const scheme = options.tls === undefined ? 'http' : 'https';
  const certificate = options.tls === undefined ? null : new X509Certificate(options.tls.cert);
  const launch = createLaunch({ port, secure: scheme === 'https' });
  const open = new Set<http.ServerResponse>();
  let closing: Promise<void> | undefined;
  const listener = requestListener({
    engine: options.engine,
    own: { scheme, host: options.host, port, certificate },
    launch,
    metricsToken: options.metricsToken,
    rendererFolder: options.rendererFolder,
    version: options.version,
    bodyBytesMax: options.bodyBytesMax ?? BODY_BYTES_MAX,
    onFault: options.onFault,
  });

  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    if (closing !== undefined) {
      response.setHeaders(new Map(Object.entries({ ...securityHeaders, connection: 'close' })));
      sendRefusal(response, catalogueError('engine.stopping'), 'rest');
      return;
    }
    open.add(response);
    response.once('close', () => open.delete(response));
    void listener(request, response);
  });

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    for (const response of open) {
      // A live stream never ends by itself; its window asks again elsewhere.
      if (response.getHeader('content-type') === 'text/event-stream') response.destroy();
      else response.once('close', () => server.closeIdleConnections());
    }
    const lastResort = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
    await closed;
    clearTimeout(lastResort);
  }

  const name = publicName(options.host, certificate);
  const origin = `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
  return {
    url: `${origin}/#token=${launch.token}`,
    origin,
    token: launch.token,
    port,
    close: () => (closing ??= close()),
  };
}

function createServer(tls: ServerOptions['tls']): http.Server {
  if (tls === undefined) return http.createServer(LIMITS);
  try {
    return https.createServer({ ...LIMITS, ...tls, minVersion: 'TLSv1.2' });
  } catch (error) {
    throw unusableCertificate((error as Error).message);
  }
}

function listen(server: http.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portTaken(host, port) : error);
    server.once('error', refused);
    // A hosts file may say anything about `localhost`; loopback is an address.
    server.listen(port, host === 'localhost' ? '127.0.0.1' : host, () => {
      server.off('error', refused);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** When listening on every address, the certificate knows by which name we are called. */
function publicName(host: string, certificate: X509Certificate | null): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  return /DNS:([^,\s*]+)/.exec(certificate?.subjectAltName ?? '')?.[1] ?? 'localhost';
}

/** What is not even HTTP gets the same shape of answer, and no reason to try again. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  // A browser opens connections ahead of time and may take what comes unasked on one of them for the
  // answer to its next request: a connection that only was idle too long is closed without a word.
  if (error.code === 'ECONNRESET' || error.code === 'ERR_HTTP_REQUEST_TIMEOUT' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const body = JSON.stringify(refusalBody(catalogueError(tooLarge ? 'request.too_large' : 'input.invalid')));
  const headers = {
    ...securityHeaders,
    'content-type': 'application/json',
    'content-length': String(body.length),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\n${lines.join('')}\r\n${body}`,
  );
}
