/**
 * The half of the double that lives in the page. `installPageSide` is sent there as text, thus it
 * uses nothing from outside its own braces; it runs before any script of the page.
 */
import type { Crossing } from './ports.ts';

/** What the page tells the main process. Every message carries its document and its place in the order. */
export type FromPage = { readonly document: string; readonly seq: number } & (
  | { readonly kind: 'document' }
  | { readonly kind: 'ipc'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'port'; readonly port: number; readonly message: Crossing }
  | { readonly kind: 'port-closed'; readonly port: number }
  | { readonly kind: 'open'; readonly url: string }
);

/** What the main process tells the page. */
export type ToPage =
  | {
      readonly kind: 'ipc';
      readonly channel: string;
      readonly args: readonly unknown[];
      readonly ports: readonly number[];
    }
  | { readonly kind: 'port'; readonly port: number; readonly message: Crossing }
  | { readonly kind: 'port-closed'; readonly port: number };

export interface PageSideParts {
  readonly binding: string;
  readonly platform: string;
}

export type Preload = (
  require: (name: string) => unknown,
  module: { exports: unknown },
  exports: unknown,
  process: { readonly platform: string },
) => void;

/** Where the page side can be reached by the double, and by nobody who does not look for it. */
export const PAGE_SIDE = 'countersign.electron-double';

export function installPageSide(parts: PageSideParts, preload: Preload, pageSideKey: string): void {
  type Telling = FromPage extends infer M ? (M extends FromPage ? Omit<M, 'document' | 'seq'> : never) : never;
  type Tell = (message: unknown) => Promise<void>;
  const globals = globalThis as unknown as Record<string, unknown>;
  const binding = globals[parts.binding] as Tell;
  const documentId = Math.random().toString(36).slice(2);
  const ports = new Map<number, MessagePort>();
  const listeners = new Map<string, ((event: { ports: MessagePort[] }, ...args: unknown[]) => void)[]>();
  let seq = 0;

  const tell = (message: Telling): void => {
    void binding({ ...message, document: documentId, seq: seq++ });
  };

  const strict = <T extends object>(name: string, object: T): T =>
    new Proxy(object, {
      get(target, property) {
        if (!(property in target))
          throw new Error(`The Electron double lacks ${name}.${String(property)} in the preload`);
        return Reflect.get(target, property);
      },
    });

  const crossing = (data: unknown): Crossing => {
    if (typeof data === 'string') return { text: data };
    if (data instanceof Uint8Array) {
      return { base64: btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join('')) };
    }
    throw new Error('The Electron double carries text and bytes only');
  };
  const uncrossed = (message: Crossing): string | Uint8Array =>
    'text' in message ? message.text : Uint8Array.from(atob(message.base64), (char) => char.charCodeAt(0));

  /** As Electron's bridge: plain data is copied and frozen, functions are wrapped, anything else refused. */
  const bridged = (value: unknown): unknown => {
    if (typeof value === 'function') return (...args: unknown[]) => bridged(value(...args.map(bridged)));
    if (value === null || typeof value !== 'object') {
      if (typeof value === 'symbol') throw new Error('A symbol could not be cloned');
      return value;
    }
    if (Array.isArray(value)) return Object.freeze(value.map(bridged));
    if (Object.getPrototypeOf(value) !== Object.prototype) throw new Error('An object could not be cloned');
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, part]) => [key, bridged(part)])));
  };

  const contextBridge = strict('contextBridge', {
    exposeInMainWorld(name: string, api: unknown) {
      if (name in globals) throw new Error(`Cannot bind an API on top of an existing property: ${name}`);
      Object.defineProperty(globalThis, name, { value: bridged(api), enumerable: true });
    },
  });

  const ipcRenderer = strict('ipcRenderer', {
    send: (channel: string, ...args: unknown[]) => tell({ kind: 'ipc', channel, args: structuredClone(args) }),
    on(channel: string, listener: (event: { ports: MessagePort[] }, ...args: unknown[]) => void) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    },
    off(channel: string, listener: unknown) {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((other) => other !== listener),
      );
    },
  });

  /** The page's end of a port that the main process transferred: this end passes on what it hears. */
  const openPort = (id: number): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => tell({ kind: 'port', port: id, message: crossing(data) });
    port1.addEventListener('close', () => {
      if (ports.delete(id)) tell({ kind: 'port-closed', port: id });
    });
    ports.set(id, port1);
    return port2;
  };

  const receive = (message: ToPage): void => {
    switch (message.kind) {
      case 'ipc': {
        const opened = message.ports.map(openPort);
        for (const listener of listeners.get(message.channel) ?? []) listener({ ports: opened }, ...message.args);
        return;
      }
      case 'port':
        ports.get(message.port)?.postMessage(uncrossed(message.message));
        return;
      case 'port-closed': {
        const port = ports.get(message.port);
        ports.delete(message.port);
        port?.close();
        return;
      }
    }
  };

  // Found by the double under a symbol; a page that lists its globals sees what it would in Electron.
  Object.defineProperty(globalThis, Symbol.for(pageSideKey), {
    value: {
      receive: (document: string, messages: readonly ToPage[]) => {
        if (document === documentId) for (const message of messages) receive(message);
      },
      // A page whose process was taken over speaks to the main process without any preload.
      forge: (channel: string, ...args: unknown[]) => tell({ kind: 'ipc', channel, args }),
    },
  });
  delete globals[parts.binding];

  if (window.top !== window) return; // a preload runs in main frames only

  tell({ kind: 'document' });
  window.open = (url) => {
    tell({ kind: 'open', url: new URL(url ?? 'about:blank', document.baseURI).href });
    return null;
  };
  window.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (event.defaultPrevented || link === null || link.target !== '_blank') return;
    event.preventDefault();
    tell({ kind: 'open', url: link.href });
  });

  const module = { exports: {} as unknown };
  const electron = strict('the module', { contextBridge, ipcRenderer });
  const require = (name: string): unknown => {
    // Exactly what Electron's sandbox would refuse to load.
    if (name !== 'electron') throw new Error(`module not found: ${name}`);
    return electron;
  };
  preload(require, module, module.exports, strict('process', { platform: parts.platform }));
}
