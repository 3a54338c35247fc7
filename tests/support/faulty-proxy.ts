/**
 * An HTTP server that stands before another one and does to requests what networks do: loses them,
 * loses or cuts what is answered, or answers something else in its place.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What is not `lose request` reaches the server behind. */
export type Fault =
  | 'none'
  | 'lose request'
  | 'lose answer'
  | 'cut answer'
  | 'answer 500'
  | 'answer 504 in HTML'
  | 'answer other JSON'
  | 'answer 404 of its own';

export interface FaultyProxy {
  readonly url: string;
  /** Befalls the next request; several befall the next ones in turn. */
  next(fault: Fault): void;
  /** Loses every request until told otherwise. */
  setAway(isAway: boolean): void;
  close(): Promise<void>;
}

interface Answered {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly requestId?: string;
}

/** What is between two neighbours on the way, and not from one end to the other. */
const OF_THE_CONNECTION = ['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding'];

export async function faultyProxy(target: string): Promise<FaultyProxy> {
  const faults: Fault[] = [];
  let isAway = false;
  const server = createServer((request, response) => {
    const fault = isAway ? 'lose request' : faults.shift();
    pass(target, request, response, fault).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    next: (fault) => faults.push(fault),
    setAway: (next) => {
      isAway = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function pass(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  const body = await buffer(request);
  if (fault === 'lose request') {
    request.socket.destroy();
    return;
  }
  await answerWith(response, fault, await forward(target, request, body));
}

async function answerWith(
  response: ServerResponse,
  fault: Exclude<Fault, 'lose request'> | undefined,
  answer: Answered,
): Promise<void> {
  const socket = response.req.socket;
  switch (fault) {
    case undefined:
    case 'none':
      return send(response, answer);
    case 'lose answer':
      socket.destroy();
      return;
    case 'cut answer': {
      response.writeHead(answer.status, { 'content-type': answer.type, 'content-length': answer.body.length });
      const half = answer.body.subarray(0, answer.body.length / 2);
      await new Promise((written) => response.write(half, written));
      socket.destroy();
      return;
    }
    case 'answer 500':
      return send(response, { status: 500, type: 'application/json', body: Buffer.from('{"error":"try later"}') });
    case 'answer 504 in HTML':
      return send(response, { status: 504, type: 'text/html', body: Buffer.from('<h1>Gateway timeout</h1>') });
    case 'answer other JSON':
      return send(response, { status: 200, type: 'application/json', body: Buffer.from('{"hello":"there"}') });
    case 'answer 404 of its own':
      return send(response, { status: 404, type: 'application/json', body: Buffer.from('{"message":"no route"}') });
  }
}

async function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answered> {
  const passed = Object.entries(headers).filter(
    (header): header is [string, string] => typeof header[1] === 'string' && !OF_THE_CONNECTION.includes(header[0]),
  );
  const response = await fetch(new URL(url ?? '/', target), {
    method: method ?? 'GET',
    headers: { 'content-type': 'application/octet-stream', ...Object.fromEntries(passed) },
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? 'application/octet-stream',
    body: Buffer.from(await response.arrayBuffer()),
    requestId: response.headers.get('request-id') ?? '',
  };
}

function send(response: ServerResponse, { status, type, body, requestId }: Answered): void {
  response
    .writeHead(status, {
      'content-type': type,
      'content-length': body.length,
      ...(requestId && { 'request-id': requestId }),
    })
    .end(body);
}
