/**
 * Joins a window to the engine. The main process only passes messages on: it neither reads nor
 * keeps them, so whatever the engine does, the window's frame keeps moving.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { type BrowserWindow, type IpcMainEvent, ipcMain, MessageChannelMain, type MessagePortMain } from 'electron';
import type { Engine } from '../engine/host.ts';
import { ASK_CHANNEL, PORT_CHANNEL } from './channels.ts';
import type { Notices } from './notices.ts';
import type { Report } from './report.ts';
import { senderRefusal, windowMessage } from './window-messages.ts';

/** An engine that is just being started again closes new ports at once; asking it faster helps nobody. */
const SHORT_LIFE_MS = 1_000;
const PAUSE_MS = 250;

export interface PortRelay {
  /** Ends the window's connection; it asks for another when it needs one. */
  close(): void;
}

/**
 * Answers the window's asking for a port. A window has one connection: asking again ends the one
 * before, so that a page that asks without end holds no more than one.
 */
export function relayPorts(parts: {
  readonly engine: Promise<Engine>;
  readonly window: () => BrowserWindow | null;
  readonly report: Report;
  readonly notices: Notices;
}): PortRelay {
  let closeCurrent: () => void = () => undefined;
  let asked = 0;
  let notBeforeMs = 0;

  const connect = async (event: IpcMainEvent): Promise<void> => {
    asked += 1;
    const mine = asked;
    const engine = await parts.engine;
    await delay(Math.max(0, notBeforeMs - Date.now()));
    if (mine !== asked) return; // asked again in the meantime, or closed
    // The page may have been replaced in the meantime: the same questions are asked again.
    const refusal = senderRefusal(event, parts.window());
    const frame = event.senderFrame;
    if (refusal !== null || frame === null) {
      parts.report('port.refused', { reason: refusal ?? 'the sending frame is gone' });
      return;
    }
    closeCurrent();
    const { port1, port2 } = new MessageChannelMain();
    const port = engine.connect({ host: 'desktop', ip: null, userAgent: null });
    const openedMs = Date.now();
    port.once('close', () => {
      if (Date.now() - openedMs < SHORT_LIFE_MS) notBeforeMs = Date.now() + PAUSE_MS;
    });
    closeCurrent = joinPorts(port, port1);
    frame.postMessage(PORT_CHANNEL, null, [port2]);
  };

  const onAsk = (event: IpcMainEvent, ...said: unknown[]): void => {
    const refusal = senderRefusal(event, parts.window());
    if (refusal !== null) {
      parts.report('message.refused', { reason: refusal });
      return;
    }
    const message = windowMessage.safeParse(said.length === 1 ? said[0] : undefined);
    if (!message.success) {
      parts.report('message.refused', { reason: 'not a message of the program' });
      return;
    }
    switch (message.data.type) {
      case 'connect':
        // A window that gets no port asks again in its own time.
        connect(event).catch((error: unknown) => parts.report('port.failed', { reason: String(error) }));
        break;
      case 'notify':
        parts.notices.show(message.data.notice);
        break;
      case 'badge':
        parts.notices.badge(message.data.count);
        break;
    }
  };

  ipcMain.on(ASK_CHANNEL, onAsk);
  return {
    close() {
      asked += 1; // whoever still waits for the engine is too late
      ipcMain.off(ASK_CHANNEL, onAsk);
      closeCurrent();
    },
  };
}

/** Passes everything both ways until either side closes, then closes the other. Gives what ends it. */
export function joinPorts(engine: MessagePort, window: MessagePortMain): () => void {
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    engine.close();
    window.close();
  };
  engine.on('message', (message: unknown) => {
    if (open) window.postMessage(message);
  });
  window.on('message', ({ data }) => {
    if (open) engine.postMessage(data);
  });
  engine.on('close', close);
  window.on('close', close);
  engine.start();
  window.start();
  return close;
}
