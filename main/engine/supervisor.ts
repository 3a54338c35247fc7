/**
 * Keeps an engine running: starts its thread, hands out ports to it, and starts it again when it
 * dies. What was committed is in the vault; what was in flight is refused with a code that says
 * so; what was open is opened again from what the dead engine left in this process's memory.
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type ClientLink, createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { CALL_HEADERS } from '../../core/contract/call-headers.ts';
import { ERRORS } from '../../core/contract/errors.ts';
import type { CallContext, CallOrigin, Engine, EngineClient, EngineOptions } from './host.ts';
import type { ResumeCapsule } from './keeper.ts';
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts';

export interface SupervisorOptions {
  /** Where the thread's code is; a bundled host has it elsewhere. */
  readonly threadUrl?: URL;
  /** Serves the port over which an engine asks for processes of devices; without it the engine forks them. */
  readonly serveDevices?: (port: MessagePort) => void;
  /** Told why an engine died, before the next one is started. */
  readonly onCrash?: (error: Error) => void;
}

/** An engine that dies this often, each time soon after its start, is not started again. */
const QUICK_DEATHS_MAX = 5;
const QUICK_DEATH_MS = 2_000;
const STOP_PATIENCE_MS = 30_000;

/** A thread that is running, and the host's own way to call it. */
interface Live {
  readonly worker: Worker;
  readonly link: ClientLink<CallContext>;
  readonly isGone: () => boolean;
  /** Rejects when the thread dies; never resolves. */
  readonly death: Promise<never>;
}

export async function startEngine(options: EngineOptions, supervisor: SupervisorOptions = {}): Promise<Engine> {
  const keeper = new Supervisor(options, supervisor);
  await keeper.start();
  return keeper;
}

class Supervisor implements Engine {
  readonly client: EngineClient;
  readonly #options: EngineOptions;
  readonly #threadUrl: URL;
  readonly #serveDevices: ((port: MessagePort) => void) | null;
  readonly #onCrash: (error: Error) => void;
  readonly #listeners = new Set<() => void>();
  #live: Promise<Live> | null = null;
  #running: Worker | null = null;
  #resume: ResumeCapsule | null = null;
  #restarts = 0;
  #quickDeaths = 0;
  #stopping = false;

  constructor(options: EngineOptions, supervisor: SupervisorOptions) {
    this.#options = options;
    this.#threadUrl = supervisor.threadUrl ?? new URL('./thread.ts', import.meta.url);
    this.#serveDevices = supervisor.serveDevices ?? null;
    this.#onCrash = supervisor.onCrash ?? ((error) => process.emitWarning(`The engine died: ${error.message}`));
    this.client = createORPCClient<EngineClient>({
      call: async (path, input, callOptions) => {
        const live = await this.#current();
        const answer = live.link.call(path, input, callOptions).catch((error: unknown) => {
          // The link only says that its port closed; why it did, the supervisor knows.
          throw live.isGone() ? restarted() : error;
        });
        return Promise.race([answer, live.death]);
      },
    } satisfies ClientLink<CallContext>);
  }

  /** An engine that cannot even start once is not tried again: what keeps it will keep the next one. */
  async start(): Promise<void> {
    this.#live = this.#launch();
    try {
      await this.#live;
    } catch (error) {
      this.#stopping = true;
      throw error;
    }
  }

  connect(origin: CallOrigin): MessagePort {
    const { port1, port2 } = new MessageChannel();
    if (this.#running) connectPort(this.#running, port2, origin, false);
    else port1.close();
    return port1;
  }

  onRestart(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    const worker = this.#running;
    if (!worker) return;
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.on('message', (message: FromThread) => {
      if (message.type === 'stopped') void worker.terminate();
    });
    post(worker, { type: 'stop' });
    const patience = setTimeout(() => void worker.terminate(), STOP_PATIENCE_MS);
    await exited;
    clearTimeout(patience);
    this.#resume = null;
  }

  #current(): Promise<Live> {
    if (this.#stopping || !this.#live) {
      const { status, message } = ERRORS['engine.stopping'];
      throw new ORPCError('engine.stopping', { defined: true, status, message, data: {} });
    }
    return this.#live;
  }

  /** One for each engine: it closes with its thread, and with it what runs behind it. */
  #portForDevices(): MessagePort | null {
    if (this.#serveDevices === null) return null;
    const { port1, port2 } = new MessageChannel();
    this.#serveDevices(port1);
    return port2;
  }

  #launch(): Promise<Live> {
    const startedAtMs = Date.now();
    const devicePort = this.#portForDevices();
    const workerData: ThreadData = {
      role: 'engine',
      threadUrl: this.#threadUrl.href,
      options: this.#options,
      restarts: this.#restarts,
      resume: this.#resume,
      devicePort,
    };
    const worker = new Worker(this.#threadUrl, {
      workerData,
      name: 'countersign-engine',
      transferList: devicePort ? [devicePort] : [],
    });
    this.#running = worker;
    let reason: Error | null = null;
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error : new Error(String(error));
    });
    const death = new Promise<never>((_resolve, reject) => {
      worker.once('exit', (code) => {
        this.#running = null;
        reject(restarted());
        const error = reason ?? new Error(`The engine's thread ended with code ${code}`);
        // Whoever waits for the first start hears of it before anything is started again.
        setImmediate(() => this.#afterDeath(error, startedAtMs));
      });
    });
    // Nobody may be waiting for it when it dies.
    death.catch(() => undefined);

    return new Promise<Live>((resolve, reject) => {
      death.catch(() => reject(reason ?? restarted()));
      worker.on('message', (message: FromThread) => {
        if (message.type === 'resume') this.#resume = message.capsule;
        if (message.type === 'ready') resolve({ worker, death, ...linkTo(worker) });
      });
    });
  }

  #afterDeath(error: Error, startedAtMs: number): void {
    if (this.#stopping) return;
    this.#onCrash(error);
    this.#quickDeaths = Date.now() - startedAtMs < QUICK_DEATH_MS ? this.#quickDeaths + 1 : 0;
    if (this.#quickDeaths >= QUICK_DEATHS_MAX) {
      this.#live = Promise.reject(error);
      this.#live.catch(() => undefined);
      return;
    }
    this.#restarts += 1;
    this.#live = this.#launch();
    this.#live.then(
      () => {
        for (const listener of this.#listeners) listener();
      },
      // Its death has been reported by its own exit.
      () => undefined,
    );
  }
}

function linkTo(worker: Worker): Pick<Live, 'link' | 'isGone'> {
  const { port1, port2 } = new MessageChannel();
  let gone = false;
  // Listens before the link does, so that it knows when the link's calls fail.
  port1.once('close', () => {
    gone = true;
  });
  connectPort(worker, port2, { host: 'server', ip: null, userAgent: null }, true);
  port1.start();
  const link = new RPCLink<CallContext>({ port: port1, headers: ({ context }) => headersOf(context) });
  return { link, isGone: () => gone };
}

function headersOf(context: CallContext): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const key of Object.keys(CALL_HEADERS) as (keyof typeof CALL_HEADERS)[]) {
    const value = context[key];
    if (value !== undefined) headers[CALL_HEADERS[key]] = value;
  }
  return headers;
}

function connectPort(worker: Worker, port: MessagePort, origin: CallOrigin, trusted: boolean): void {
  post(worker, { type: 'connect', port, origin, trusted }, [port]);
}

function post(worker: Worker, message: ToThread, transfer: readonly MessagePort[] = []): void {
  worker.postMessage(message, [...transfer]);
}

function restarted(): ORPCError<'engine.restarted', Record<string, never>> {
  const { status, message } = ERRORS['engine.restarted'];
  return new ORPCError('engine.restarted', { defined: true, status, message, data: {} });
}
