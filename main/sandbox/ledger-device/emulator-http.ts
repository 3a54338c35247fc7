/**
 * The simulated device behind the HTTP interface of Ledger's emulator, so that whatever talks to the
 * one talks to the other. On loopback only: its buttons sign.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { type SimulatedDevice, Unplugged } from './device.ts';

export interface RunningEmulator {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A line of the screen; the first of a new page says that what was there is gone. */
interface ScreenEvent {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly clear: boolean;
}

const BODY_BYTES_MAX = 4_096;
const EVENTS_KEPT_MAX = 1_000;
const LINE_HEIGHT_PX = 14;
const FIRST_LINE_Y_PX = 3;
const SCREEN_WIDTH_PX = 128;

const apduBody = z.object({ data: z.string().regex(/^(?:[0-9a-f]{2}){4,260}$/i) });
const buttonBody = z.object({ action: z.enum(['press', 'release', 'press-and-release']) });
const buttons = z.enum(['left', 'right', 'both']);

export async function startEmulator(device: SimulatedDevice, port = 0): Promise<RunningEmulator> {
  const emulator = new Emulator(device);
  const server = http.createServer((request, response) => emulator.take(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Without its cable it hears nothing, and whoever listened notices.
  const cut = () => server.closeAllConnections();
  device.on('unplugged', cut);
  const used = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${used}`,
    port: used,
    async close() {
      device.off('unplugged', cut);
      emulator.end();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

class Emulator {
  readonly #device: SimulatedDevice;
  readonly #streams = new Set<http.ServerResponse>();
  #events: ScreenEvent[] = [];

  constructor(device: SimulatedDevice) {
    this.#device = device;
    device.on('page', this.#record);
    this.#record(device.screen);
  }

  end(): void {
    this.#device.off('page', this.#record);
  }

  take(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (!this.#device.plugged) {
      request.socket.destroy();
      return;
    }
    // A page in a browser must not press the buttons, whatever name it reaches them by.
    const { origin, host } = request.headers;
    if (!isLoopback(`http://${host}`) || (origin !== undefined && !isLoopback(origin))) {
      send(response, 403, { error: 'only from this machine' });
      return;
    }
    this.#answer(request, response).catch((error: unknown) => {
      if (error instanceof Unplugged) request.socket.destroy();
      else send(response, error instanceof BadRequest ? 400 : 500, { error: (error as Error).message });
    });
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, root, name] = url.pathname.split('/');
    const route = `${request.method} ${root}`;
    if (route === 'POST apdu') {
      const { data } = await body(request, apduBody);
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const answered = await this.#device.exchange(Buffer.from(data, 'hex'), gone.signal);
      send(response, 200, { data: answered.toString('hex') });
    } else if (route === 'POST button' && buttons.safeParse(name).success) {
      const { action } = await body(request, buttonBody);
      // What counts is letting go, as on the device.
      if (action !== 'press') this.#device.press(buttons.parse(name));
      send(response, 200, {});
    } else if (route === 'GET events') {
      this.#listen(url, response);
    } else if (route === 'DELETE events') {
      this.#events = [];
      send(response, 200, {});
    } else {
      send(response, 404, { error: 'there is nothing here' });
    }
  }

  #listen(url: URL, response: http.ServerResponse): void {
    if (url.searchParams.get('stream') !== 'true') {
      const current = this.#events.slice(this.#events.findLastIndex(({ clear }) => clear));
      const events = url.searchParams.get('currentscreenonly') === 'true' ? current : this.#events;
      send(response, 200, { events });
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.flushHeaders();
    this.#streams.add(response);
    response.once('close', () => this.#streams.delete(response));
  }

  readonly #record = (lines: readonly string[]): void => {
    const events = lines.map((text, index) => ({
      text,
      x: 0,
      y: FIRST_LINE_Y_PX + index * LINE_HEIGHT_PX,
      w: SCREEN_WIDTH_PX,
      h: LINE_HEIGHT_PX,
      clear: index === 0,
    }));
    this.#events = [...this.#events, ...events].slice(-EVENTS_KEPT_MAX);
    for (const stream of this.#streams) for (const event of events) stream.write(`data: ${JSON.stringify(event)}\n\n`);
  };
}

class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

async function body<T>(request: http.IncomingMessage, form: z.ZodType<T>): Promise<T> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new BadRequest('too long');
    chunks.push(chunk);
  }
  const parsed = form.safeParse(json(Buffer.concat(chunks).toString('utf8')));
  if (!parsed.success) throw new BadRequest(z.prettifyError(parsed.error));
  return parsed.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest('not JSON');
  }
}

function isLoopback(origin: string): boolean {
  return URL.canParse(origin) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(origin).hostname);
}

function send(response: http.ServerResponse, status: number, content: unknown): void {
  if (response.destroyed) return;
  const text = JSON.stringify(content);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
