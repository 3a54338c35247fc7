/**
 * The line between the main process and one page: messages in order both ways, and the ports that
 * went to live in the page. A new document knows nothing of the one before: its ports are closed.
 */
import type { Frame, Page } from 'playwright';
import { type FromPage, PAGE_SIDE, type ToPage } from './page-side.ts';
import { fromCrossing, type PortDouble, toCrossing } from './ports.ts';

export interface PageListener {
  onIpc(channel: string, args: readonly unknown[], frame: Frame): void;
  onOpen(url: string): void;
}

export class PageLink {
  readonly #page: Page;
  readonly #listener: PageListener;
  readonly #ports = new Map<number, PortDouble>();
  readonly #expected = new Map<string, number>();
  #document: string | null = null;
  #outbox: ToPage[] = [];
  #sending = false;
  #lastPort = 0;

  constructor(page: Page, listener: PageListener) {
    this.#page = page;
    this.#listener = listener;
    page.on('close', () => this.#newDocument(null));
  }

  /** Sends to the main frame; ports in `transfer` live in the page from then on. */
  send(channel: string, args: readonly unknown[], transfer: readonly PortDouble[] = []): void {
    this.#post({ kind: 'ipc', channel, args, ports: transfer.map((port) => this.#adopt(port)) });
  }

  receive(message: FromPage, frame: Frame): void {
    const seq = this.#expected.get(message.document) ?? 0;
    if (message.seq !== seq)
      throw new Error(`A message of the page overtook another: ${message.seq} came, ${seq} was due`);
    this.#expected.set(message.document, seq + 1);
    if (message.kind === 'document') this.#newDocument(message.document);
    else if (message.kind === 'ipc') this.#listener.onIpc(message.channel, message.args, frame);
    else if (message.kind === 'open') this.#listener.onOpen(message.url);
    else if (message.document === this.#document) this.#fromPort(message);
  }

  #fromPort(message: Extract<FromPage, { kind: 'port' | 'port-closed' }>): void {
    const port = this.#ports.get(message.port);
    if (message.kind === 'port') {
      port?.postMessage(fromCrossing(message.message));
      return;
    }
    this.#ports.delete(message.port);
    port?.close();
  }

  /** The object stays here and stands for the page's end: what it hears is told to the page. */
  #adopt(port: PortDouble): number {
    const id = ++this.#lastPort;
    this.#ports.set(id, port);
    port.on('message', ({ data }: { data: unknown }) =>
      this.#post({ kind: 'port', port: id, message: toCrossing(data) }),
    );
    port.on('close', () => {
      if (this.#ports.delete(id)) this.#post({ kind: 'port-closed', port: id });
    });
    port.start();
    return id;
  }

  #newDocument(document: string | null): void {
    this.#document = document;
    this.#outbox = [];
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  #post(message: ToPage): void {
    if (this.#document === null) return; // as Electron: nobody is there to hear
    this.#outbox.push(message);
    if (!this.#sending) void this.#flush();
  }

  async #flush(): Promise<void> {
    this.#sending = true;
    while (this.#outbox.length > 0 && !this.#page.isClosed()) {
      const messages = this.#outbox;
      const document = this.#document;
      this.#outbox = [];
      try {
        await this.#page.evaluate(
          ({ key, document, messages }) => {
            const side = (
              globalThis as unknown as Record<symbol, { receive(document: unknown, messages: unknown): void }>
            )[Symbol.for(key)];
            side?.receive(document, messages);
          },
          { key: PAGE_SIDE, document, messages },
        );
      } catch (error) {
        // The page went away while being told, which is nobody's fault; anything else is one.
        if (!this.#page.isClosed() && document === this.#document && !isNavigation(error)) throw error;
      }
    }
    this.#sending = false;
  }
}

function isNavigation(error: unknown): boolean {
  return /Execution context was destroyed|frame was detached|has been closed|Target crashed/.test(String(error));
}
