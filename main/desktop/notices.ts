/** What the window has shown on the desktop, and the number on the program's icon. */
import { app, Notification } from 'electron';
import type { DesktopNotice } from '../../core/contract/desktop-bridge.ts';

/** A page that went wrong does not bury the desktop. */
const SHOWN_MAX = 10;
const WITHIN_MS = 60_000;

export class Notices {
  /** Held while they are shown: one that is collected no longer answers a press. */
  readonly #shown = new Map<string, Notification>();
  readonly #onPressed: (id: string) => void;
  #times: number[] = [];

  constructor(onPressed: (id: string) => void) {
    this.#onPressed = onPressed;
  }

  show({ id, title, body, urgent }: DesktopNotice): void {
    if (!Notification.isSupported()) return;
    const nowMs = Date.now();
    this.#times = this.#times.filter((atMs) => nowMs - atMs < WITHIN_MS);
    if (this.#times.length >= SHOWN_MAX) return;
    this.#times.push(nowMs);
    const notice = new Notification({ title, body, timeoutType: urgent ? 'never' : 'default' });
    notice.on('click', () => {
      this.#shown.delete(id);
      this.#onPressed(id);
    });
    notice.on('close', () => this.#shown.delete(id));
    this.#shown.get(id)?.close();
    this.#shown.set(id, notice);
    notice.show();
  }

  badge(count: number): void {
    app.setBadgeCount(count);
  }
}
