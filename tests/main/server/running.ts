/** A server on a real socket over a fake engine, with a small page to serve. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningServer, type ServerOptions, startServer } from '../../../main/server/server.ts';
import { type FakeEngine, fakeEngine } from './fake-engine.ts';

export interface Running {
  readonly engine: FakeEngine;
  readonly server: RunningServer;
  readonly faults: { readonly error: unknown; readonly correlationId: string }[];
  /** Calls with the launch token, as a script does. */
  call(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

export async function running(options: Partial<ServerOptions> = {}): Promise<Running> {
  const folder = await mkdtemp(path.join(tmpdir(), 'server-'));
  const rendererFolder = path.join(folder, 'renderer');
  await mkdir(path.join(rendererFolder, 'assets'), { recursive: true });
  await writeFile(path.join(rendererFolder, 'index.html'), '<!doctype html><title>Countersign</title>');
  await writeFile(path.join(rendererFolder, 'assets', 'app-1a2b.js'), 'export {};');
  await writeFile(path.join(folder, 'secret.txt'), 'the secret');

  const engine = fakeEngine();
  const faults: { error: unknown; correlationId: string }[] = [];
  const server = await startServer({
    engine,
    host: '127.0.0.1',
    port: 0,
    rendererFolder,
    version: '1.2.3',
    onFault: (error, correlationId) => faults.push({ error, correlationId }),
    ...options,
  });
  const call = (to: string, init: RequestInit = {}) =>
    fetch(`${server.origin}${to}`, { ...init, headers: { authorization: `Bearer ${server.token}`, ...init.headers } });

  return {
    engine,
    server,
    faults,
    call,
    post: (to, body, headers = {}) =>
      call(to, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    async stop() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Sends these very bytes and gives back everything that comes until the server hangs up. */
export async function raw(port: number, text: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

/** A request by hand: these header lines and no others. */
export function rawRequest(port: number, start: string, headers: readonly string[], body = ''): Promise<string> {
  return raw(port, `${[`${start} HTTP/1.1`, ...headers, 'connection: close'].join('\r\n')}\r\n\r\n${body}`);
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

export function bodyOf(answer: string): { code: string; message: string; data: Record<string, unknown> } {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4).replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, ''));
}
