/**
 * The one object the desktop host's preload exposes to the window, as `window.countersign`. It is
 * deliberately narrow: it can ask for a port to the engine, hear which menu command was chosen, and
 * have something shown on the desktop. Everything else goes through the contract, over that port. The host implements exactly this
 * type; in a browser the object is absent.
 */
export const BRIDGE_NAME = 'countersign';

/** What the preload posts to its own window (same origin), with exactly one port transferred. */
export const PORT_MESSAGE_TYPE = 'countersign:port';

export interface PortMessage {
  readonly type: typeof PORT_MESSAGE_TYPE;
}

/** What the native menu may ask the window to do; anything else is ignored by the window. */
export const DESKTOP_COMMANDS = ['palette', 'search', 'lock', 'settings', 'help', 'new-payout'] as const;
export type DesktopCommand = (typeof DESKTOP_COMMANDS)[number];

/** Something to be shown on the desktop: words, and no more than fit there. */
export interface DesktopNotice {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly urgent: boolean;
}

export interface CountersignBridge {
  /** Node's `process.platform`: decides between ⌘ and Ctrl in the labels. */
  readonly platform: string;
  /**
   * Asks for a fresh port to the engine. It arrives as a `PortMessage` posted to the window; each
   * one that arrives replaces the one before, so the host may also send one unasked after the
   * engine was restarted. The port closes when the engine dies; the window then calls this again.
   */
  connect(): void;
  /** Commands chosen in the native menu. Gives back what ends the listening. */
  onCommand(listener: (command: string) => void): () => void;
  notify(notice: DesktopNotice): void;
  /** Shows a number on the program's icon, where the system has a place for it; 0 takes it away. */
  setBadge(count: number): void;
  /** Told which notice was pressed. Gives back what ends the listening. */
  onNotice(listener: (id: string) => void): () => void;
}
