/** What the simulated services have in common as servers on a socket of this machine. */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

export interface Place {
  readonly host?: string | undefined;
  /** 0 for any free one. */
  readonly port?: number | undefined;
}

export async function listen(
  listener: RequestListener,
  { host = '127.0.0.1', port = 0 }: Place = {},
): Promise<Listening> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The same as it was written, without its question mark. */
  readonly search: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** Null where the caller went away with half a request, or sends more than any honest one does. */
export async function readRequest(request: IncomingMessage, bytesMax: number): Promise<Request | null> {
  const { pathname: path, searchParams: query, search } = new URL(request.url ?? '/', 'http://sandbox');
  let body = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) {
      body += chunk as string;
      if (body.length > bytesMax) return null;
    }
  } catch {
    return null;
  }
  return { method: request.method ?? '', path, query, search: search.slice(1), body, headers: request.headers };
}

interface Routed {
  readonly method: string;
  readonly path: RegExp;
}

/** The route, and what its path names. */
export function routeOf<Route extends Routed>(
  routes: readonly Route[],
  { method, path }: Pick<Request, 'method' | 'path'>,
): { readonly route: Route; readonly id: string } | null {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, id: match[1] ?? '' };
  }
  return null;
}

/** So many requests in each second of the clock that it is given. */
export class RateLimit {
  readonly #most: number | null;
  readonly #nowMs: () => number;
  #second = { at: 0, requests: 0 };

  /** Null: as many as come. */
  constructor(most: number | null, nowMs: () => number) {
    this.#most = most;
    this.#nowMs = nowMs;
  }

  /** Counts one more, and says whether it is one too many. */
  isOver(): boolean {
    if (this.#most === null) return false;
    const at = Math.floor(this.#nowMs() / 1000);
    this.#second = { at, requests: at === this.#second.at ? this.#second.requests + 1 : 1 };
    return this.#second.requests > this.#most;
  }
}
