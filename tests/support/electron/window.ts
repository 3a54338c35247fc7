/** `BrowserWindow` over a Playwright page, with its web contents and frames. */
import type {
  BrowserWindowConstructorOptions,
  HandlerDetails,
  WebContents as RealContents,
  WebFrameMain as RealFrame,
  BrowserWindow as RealWindow,
  WindowOpenHandlerResponse,
} from 'electron';
import type { Frame, Page } from 'playwright';
import { toAppUrl } from './origin.ts';
import { PageLink } from './page-link.ts';
import { PortDouble } from './ports.ts';
import { facade, KnownEvents, preventable } from './strict.ts';

/** What the world around gives a window. */
export interface WindowWorld {
  newPage(): Promise<Page>;
  /** The page's address for one of the program's. */
  pageUrl(appUrl: string): string;
  onIpc(channel: string, event: object, args: readonly unknown[]): void;
  onContents(contents: ContentsDouble): void;
  onWindowClosed(window: WindowDouble): void;
}

export class FrameDouble implements Pick<RealFrame, 'url' | 'origin' | 'frameTreeNodeId' | 'postMessage'> {
  readonly frameTreeNodeId: number;
  readonly #frame: Frame;
  readonly #link: PageLink;

  constructor(frame: Frame, id: number, link: PageLink) {
    this.#frame = frame;
    this.frameTreeNodeId = id;
    this.#link = link;
  }

  get url(): string {
    return toAppUrl(this.#frame.url());
  }

  get origin(): string {
    return toAppUrl(new URL(this.#frame.url()).origin);
  }

  postMessage(channel: string, message: unknown, transfer: readonly unknown[] = []): void {
    const ports = transfer.map((port) => {
      if (!(port instanceof PortDouble)) throw new Error('Only a MessagePortMain can be transferred');
      return port;
    });
    this.#link.send(channel, [message], ports);
  }
}

export class ContentsDouble extends KnownEvents implements Pick<RealContents, 'id' | 'send' | 'setWindowOpenHandler'> {
  static #lastId = 0;
  readonly id = ++ContentsDouble.#lastId;
  readonly #frames = new Map<Frame, RealFrame>();
  #page: Page | null = null;
  #link: PageLink | null = null;
  #openHandler: ((details: HandlerDetails) => WindowOpenHandlerResponse) | null = null;
  /** Addresses for which a new window would have come up. */
  readonly windowsLetOpen: string[] = [];

  constructor() {
    super('webContents', [
      'will-frame-navigate',
      'will-redirect',
      'will-attach-webview',
      'render-process-gone',
      'did-fail-load',
    ]);
  }

  live(page: Page, link: PageLink): void {
    this.#page = page;
    this.#link = link;
  }

  get mainFrame(): RealFrame {
    if (this.#page === null) throw new Error('The page is not there yet');
    return this.frame(this.#page.mainFrame());
  }

  /** The same object for the same frame, as Electron gives. */
  frame(frame: Frame): RealFrame {
    const known = this.#frames.get(frame);
    if (known !== undefined) return known;
    const link = this.#link;
    if (link === null) throw new Error('The page is not there yet');
    const double = new FrameDouble(frame, this.#frames.size + 1, link);
    const made = facade('webFrameMain', () => double) as unknown as RealFrame;
    this.#frames.set(frame, made);
    return made;
  }

  send(channel: string, ...args: unknown[]): void {
    this.#link?.send(channel, args);
  }

  setWindowOpenHandler(handler: (details: HandlerDetails) => WindowOpenHandlerResponse): void {
    this.#openHandler = handler;
  }

  opens(url: string): void {
    const details = {
      url,
      frameName: '',
      features: '',
      disposition: 'new-window',
      referrer: { url: '', policy: 'default' },
    };
    const answer = this.#openHandler?.(details as HandlerDetails) ?? { action: 'allow' };
    if (answer.action === 'allow') this.windowsLetOpen.push(url);
  }

  /** Whether a navigation that the page began may go on. */
  mayNavigate(url: string, frame: Frame): boolean {
    const isMainFrame = frame === this.#page?.mainFrame();
    const event = preventable({ url, isMainFrame, isSameDocument: false, frame: this.frame(frame) });
    this.emit('will-frame-navigate', event);
    return !event.defaultPrevented;
  }
}

export class WindowDouble
  extends KnownEvents
  implements
    Pick<RealWindow, 'loadURL' | 'show' | 'focus' | 'isMinimized' | 'restore' | 'minimize' | 'isDestroyed' | 'reload'>
{
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: RealContents;
  readonly contents = new ContentsDouble();
  readonly page: Promise<Page>;
  readonly #world: WindowWorld;
  shown = false;
  focused = 0;
  reloads = 0;
  /** Addresses the program itself is loading; no page began these. */
  readonly loading = new Set<string>();
  link: PageLink | null = null;
  #page: Page | null = null;
  #minimized = false;
  #destroyed = false;

  constructor(options: BrowserWindowConstructorOptions, world: WindowWorld) {
    super('BrowserWindow', ['ready-to-show', 'closed']);
    this.options = options;
    this.#world = world;
    this.webContents = facade('webContents', () => this.contents) as unknown as RealContents;
    world.onContents(this.contents);
    this.page = this.#open();
  }

  async #open(): Promise<Page> {
    const page = await this.#world.newPage();
    const link = new PageLink(page, {
      onIpc: (channel, args, frame) => {
        this.#world.onIpc(
          channel,
          { sender: this.webContents, senderFrame: this.contents.frame(frame), ports: [] },
          args,
        );
      },
      onOpen: (url) => this.contents.opens(url),
    });
    this.#page = page;
    this.contents.live(page, link);
    this.link = link;
    page.once('domcontentloaded', () => this.emit('ready-to-show'));
    page.once('close', () => this.destroy());
    return page;
  }

  isOn(page: Page): boolean {
    return this.#page === page;
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.page;
    const address = this.#world.pageUrl(url);
    this.loading.add(address);
    try {
      await page.goto(address, { waitUntil: 'load' });
    } finally {
      this.loading.delete(address);
    }
  }

  reload(): void {
    this.reloads += 1;
  }

  show(): void {
    this.shown = true;
  }

  focus(): void {
    this.focused += 1;
  }

  minimize(): void {
    this.#minimized = true;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  restore(): void {
    this.#minimized = false;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('closed');
    this.#world.onWindowClosed(this);
  }
}
