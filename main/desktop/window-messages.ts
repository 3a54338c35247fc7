/**
 * What arrives from a window, and whether it may be listened to: first who sent it, then what it
 * says. A page that an attacker got into our window, or a frame inside it, is answered nothing.
 */
import type { BrowserWindow, IpcMainEvent } from 'electron';
import { z } from 'zod';
import { APP_ORIGIN, isAppUrl } from './addresses.ts';

export const windowMessage = z.discriminatedUnion('type', [
  /** The window wants a port to the engine. */
  z.strictObject({ type: z.literal('connect') }),
  /** Something happened that may be shown on the desktop. */
  z.strictObject({
    type: z.literal('notify'),
    notice: z.strictObject({
      id: z.string().max(60),
      title: z.string().max(200),
      body: z.string().max(500),
      urgent: z.boolean(),
    }),
  }),
  z.strictObject({ type: z.literal('badge'), count: z.int().min(0).max(1_000_000) }),
]);
export type WindowMessage = z.infer<typeof windowMessage>;

/** Why a message's sender is not our own page in our own window; null when it is. */
export function senderRefusal(
  event: Pick<IpcMainEvent, 'sender' | 'senderFrame'>,
  window: BrowserWindow | null,
): string | null {
  if (window === null || window.isDestroyed()) return 'no window is open';
  if (event.sender.id !== window.webContents.id) return 'not from the window';
  const frame = event.senderFrame;
  // Null once the frame has navigated away or gone: whoever is there now did not ask.
  if (frame === null) return 'the sending frame is gone';
  if (frame.frameTreeNodeId !== window.webContents.mainFrame.frameTreeNodeId) return 'not from the main frame';
  // Both: a sandboxed document has our address and a foreign origin.
  if (frame.origin !== APP_ORIGIN || !isAppUrl(frame.url)) return 'not from a page of the program';
  return null;
}
