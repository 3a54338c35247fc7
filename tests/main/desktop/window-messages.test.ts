import type { BrowserWindow, IpcMainEvent } from 'electron';
import { describe, expect, test } from 'vitest';
import { senderRefusal, windowMessage } from '../../../main/desktop/window-messages.ts';

interface Frame {
  readonly url: string;
  readonly origin: string;
  readonly frameTreeNodeId: number;
}

const OURS: Frame = { url: 'app://countersign/#/payouts', origin: 'app://countersign', frameTreeNodeId: 7 };

function windowOf(contentsId = 1, destroyed = false): BrowserWindow {
  return {
    isDestroyed: () => destroyed,
    webContents: { id: contentsId, mainFrame: { frameTreeNodeId: 7 } },
  } as unknown as BrowserWindow;
}

function from(frame: Partial<Frame> | null, contentsId = 1): Pick<IpcMainEvent, 'sender' | 'senderFrame'> {
  return {
    sender: { id: contentsId },
    senderFrame: frame === null ? null : { ...OURS, ...frame },
  } as unknown as IpcMainEvent;
}

describe('who sent a message', () => {
  test('our page in our window is listened to', () => {
    expect(senderRefusal(from({}), windowOf())).toBeNull();
  });

  test.each([
    ['another window', from({}, 2), windowOf()],
    ['a frame inside the page', from({ frameTreeNodeId: 8 }), windowOf()],
    [
      'a foreign page in our window',
      from({ url: 'https://evil.example/', origin: 'https://evil.example' }),
      windowOf(),
    ],
    ['a sandboxed document with our address', from({ origin: 'null' }), windowOf()],
    ['a blank page that inherited our origin', from({ url: 'about:blank' }), windowOf()],
    ['a look-alike origin', from({ origin: 'app://countersign.evil.example' }), windowOf()],
    ['a frame that is gone', from(null), windowOf()],
    ['a window that is gone', from({}), windowOf(1, true)],
    ['nobody, before there is a window', from({}), null],
  ])('exploit: %s', (_name, event, window) => {
    expect(senderRefusal(event, window)).toEqual(expect.any(String));
  });
});

describe('what a message says', () => {
  test('asking for a port is a message', () => {
    expect(windowMessage.safeParse({ type: 'connect' }).success).toBe(true);
  });

  test.each([
    [{ type: 'connect', host: 'server' }],
    [{ type: 'connect', __proto__: null, extra: 1 }],
    [{ type: 'other' }],
    [{}],
    [null],
    ['connect'],
    [['connect']],
  ])('exploit: %j is taken for one', (message) => {
    expect(windowMessage.safeParse(message).success).toBe(false);
  });
});
