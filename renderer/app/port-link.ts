/**
 * The way to the engine in the desktop app: a MessagePort that dies with the engine. Each port that
 * arrives replaces the one before; a call waits for a port, and a call on a port that dies is
 * refused with `ConnectionLost` instead of waiting for ever.
 */
import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { ConnectionLost, type ConnectionState } from './connection.ts';

export interface PortSource {
  /** Asks the host for a port. */
  request(): void;
  onPort(listener: (port: MessagePort) => void): void;
}

export interface PortLinkOptions<T extends ClientContext> {
  readonly source: PortSource;
  readonly headers: (options: ClientOptions<T>) => Record<string, string>;
  readonly onState: (state: ConnectionState) => void;
  /** How long to wait for a port that was asked for before asking again. */
  readonly askAgainAfterMs: number;
}

interface OpenPort<T extends ClientContext> {
  readonly link: RPCLink<T>;
  readonly gone: AbortController;
}

export class PortLink<T extends ClientContext> implements ClientLink<T> {
  readonly #options: PortLinkOptions<T>;
  #open: OpenPort<T> | null = null;
  #next = Promise.withResolvers<OpenPort<T>>();
  #asking: ReturnType<typeof setInterval> | null = null;

  constructor(options: PortLinkOptions<T>) {
    this.#options = options;
    options.source.onPort((port) => this.#adopt(port));
    this.#ask();
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<T>): Promise<unknown> {
    const open = this.#open ?? (await untilAborted(this.#next.promise, options.signal));
    const signal = options.signal ? AbortSignal.any([options.signal, open.gone.signal]) : open.gone.signal;
    try {
      return await open.link.call(path, input, { ...options, signal });
    } catch (error) {
      // A closing port refuses its calls in its own words, whichever of us heard of it first.
      if (open.gone.signal.aborted) throw open.gone.signal.reason;
      throw error;
    }
  }

  #ask(): void {
    if (this.#asking !== null) clearInterval(this.#asking);
    this.#asking = setInterval(() => this.#options.source.request(), this.#options.askAgainAfterMs);
    this.#options.source.request();
  }

  #adopt(port: MessagePort): void {
    if (this.#asking !== null) clearInterval(this.#asking);
    this.#asking = null;
    this.#open?.gone.abort(new ConnectionLost());
    const gone = new AbortController();
    // Registered before the link is made, so that it is heard before the link hears it.
    port.addEventListener('close', () => this.#lose(open));
    const open: OpenPort<T> = { link: new RPCLink<T>({ port, headers: this.#options.headers }), gone };
    port.start();
    this.#open = open;
    this.#next.resolve(open);
    this.#options.onState('up');
  }

  #lose(open: OpenPort<T>): void {
    open.gone.abort(new ConnectionLost());
    // A port that was replaced closes late; the one in use is another.
    if (this.#open !== open) return;
    this.#open = null;
    this.#next = Promise.withResolvers();
    this.#options.onState('down');
    this.#ask();
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
