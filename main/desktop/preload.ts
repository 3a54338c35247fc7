/**
 * Runs in the window before the page, sandboxed and in a world of its own, and gives the page one
 * narrow object. No Electron object, event or channel name passes through it.
 */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import {
  BRIDGE_NAME,
  type CountersignBridge,
  PORT_MESSAGE_TYPE,
  type PortMessage,
} from '../../core/contract/desktop-bridge.ts';
import { ASK_CHANNEL, COMMAND_CHANNEL, NOTICE_CHANNEL, PORT_CHANNEL } from './channels.ts';
import type { WindowMessage } from './window-messages.ts';

/** The little that is needed of the page's world; the types of `main` know no window. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: PortMessage, targetOrigin: string, transfer: IpcRendererEvent['ports']): void;
};

function ask(message: WindowMessage): void {
  ipcRenderer.send(ASK_CHANNEL, message);
}

function hear(channel: string, listener: (text: string) => void): () => void {
  const forward = (_event: IpcRendererEvent, text: unknown) => {
    if (typeof text === 'string') listener(text);
  };
  ipcRenderer.on(channel, forward);
  return () => {
    ipcRenderer.off(channel, forward);
  };
}

const bridge: CountersignBridge = {
  platform: process.platform,
  connect: () => ask({ type: 'connect' }),
  onCommand: (listener) => hear(COMMAND_CHANNEL, listener),
  notify: ({ id, title, body, urgent }) => ask({ type: 'notify', notice: { id, title, body, urgent } }),
  setBadge: (count) => ask({ type: 'badge', count }),
  onNotice: (listener) => hear(NOTICE_CHANNEL, listener),
};

// A port cannot pass through the bridge; it is posted to the page, which is of our own origin.
ipcRenderer.on(PORT_CHANNEL, (event) => {
  window.postMessage({ type: PORT_MESSAGE_TYPE }, window.location.origin, event.ports);
});

contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);
