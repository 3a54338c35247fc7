/**
 * A world in which the real code of the desktop app runs without Electron: a Chromium driven by
 * Playwright shows its window, its own handler answers each request, its bundled preload runs in
 * each page, and what it asks of the system is written down for the test to look at.
 */
import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions } from 'electron';
import type { Browser, BrowserContext, Page, Route } from 'playwright';
import { WINDOW } from '../hosts/desk.ts';
import { AppDouble, type AppOptions } from './app.ts';
import { PAGE_ORIGIN, toAppUrl, toPageUrl } from './origin.ts';
import { type FromPage, installPageSide, PAGE_SIDE } from './page-side.ts';
import { ProtocolDouble, SessionDouble } from './session.ts';
import {
  DialogDouble,
  MenuDouble,
  NativeThemeDouble,
  type NotificationDouble,
  PowerMonitorDouble,
  SafeStorageDouble,
  ShellDouble,
} from './system.ts';
import { type ContentsDouble, WindowDouble } from './window.ts';

export interface WorldOptions extends AppOptions {
  readonly browser: Browser;
  /** The bundled preload, as text. */
  readonly preload: string;
  readonly platform: NodeJS.Platform;
  /** Told of each page before it loads anything. */
  readonly onPage?: (page: Page) => void;
}

const BINDING = '__electronDouble';

let current: ElectronWorld | null = null;

/** The world that `import … from 'electron'` reaches. */
export function world(): ElectronWorld {
  if (current === null) throw new Error('The Electron double is not running: start an ElectronWorld first');
  return current;
}

export class ElectronWorld {
  readonly app: AppDouble;
  readonly ipcMain = new EventEmitter();
  readonly dialog = new DialogDouble();
  readonly shell = new ShellDouble();
  readonly menu = new MenuDouble();
  readonly powerMonitor = new PowerMonitorDouble();
  readonly nativeTheme = new NativeThemeDouble();
  readonly notifications: NotificationDouble[] = [];
  readonly safeStorage = new SafeStorageDouble();
  readonly session = new SessionDouble();
  readonly protocol: ProtocolDouble;
  readonly windows: WindowDouble[] = [];
  /** Requests that the program let pass and that would have reached a network. */
  readonly reachedOutside: string[] = [];
  /** What went wrong inside the double itself; a test that ends with one has proven nothing. */
  readonly faults: unknown[] = [];
  readonly #context: BrowserContext;
  readonly #firstWindow = Promise.withResolvers<WindowDouble>();

  static async start(options: WorldOptions): Promise<ElectronWorld> {
    if (current !== null) throw new Error('An Electron double runs already in this process');
    const context = await options.browser.newContext(WINDOW);
    const made = new ElectronWorld(options, context);
    await context.exposeBinding(BINDING, ({ page, frame }, message: FromPage) => {
      made.#guarded(() => made.#windowOf(page)?.link?.receive(message, frame));
    });
    const parts = JSON.stringify({ binding: BINDING, platform: options.platform });
    await context.addInitScript({
      content: `(${installPageSide.toString()})(${parts}, function (require, module, exports, process) {${options.preload}\n}, ${JSON.stringify(PAGE_SIDE)});`,
    });
    if (options.onPage !== undefined) context.on('page', options.onPage);
    await context.route('**/*', (route) => made.#answer(route));
    current = made;
    return made;
  }

  private constructor(options: WorldOptions, context: BrowserContext) {
    this.#context = context;
    this.app = new AppDouble(options, () => this.#closeWindows());
    this.protocol = new ProtocolDouble(() => this.app.ready);
  }

  /** The first window's page, once it has loaded. */
  async page(): Promise<Page> {
    const window = await this.#firstWindow.promise;
    const page = await window.page;
    await page.waitForURL(`${PAGE_ORIGIN}/**`);
    await page.waitForLoadState('load');
    return page;
  }

  window(): WindowDouble {
    const [first] = this.windows;
    if (first === undefined) throw new Error('No window was opened');
    return first;
  }

  /** A message as from a page whose process was taken over: any channel, any content, past the preload. */
  async forge(frame: Pick<Page, 'evaluate'>, channel: string, ...args: unknown[]): Promise<void> {
    await frame.evaluate(
      ({ key, channel, args }) => {
        const side = (globalThis as unknown as Record<symbol, { forge(channel: string, ...args: unknown[]): void }>)[
          Symbol.for(key)
        ];
        if (side === undefined) throw new Error('The page has no page side');
        side.forge(channel, ...args);
      },
      { key: PAGE_SIDE, channel, args },
    );
  }

  /** Ends the program if it still runs, and the world with it. */
  async end(): Promise<void> {
    this.app.quit();
    await this.app.exited;
    await this.#context.close();
    current = null;
    if (this.faults.length > 0) throw new AggregateError(this.faults, 'The Electron double failed underneath the test');
  }

  openWindow(options: BrowserWindowConstructorOptions): WindowDouble {
    const window = new WindowDouble(options, {
      newPage: () => this.#context.newPage(),
      pageUrl: toPageUrl,
      onIpc: (channel, event, args) => {
        this.ipcMain.emit(channel, event, ...args);
      },
      onContents: (contents: ContentsDouble) => {
        this.app.emit('web-contents-created', {}, contents);
      },
      onWindowClosed: () => {
        if (this.windows.every((other) => other.isDestroyed())) this.app.windowsAllClosed();
      },
    });
    this.windows.push(window);
    this.#firstWindow.resolve(window);
    return window;
  }

  #windowOf(page: Page): WindowDouble | undefined {
    return this.windows.find((window) => window.isOn(page));
  }

  #closeWindows(): void {
    for (const window of this.windows) {
      window.destroy();
      window.page.then((page) => page.close()).catch((error: unknown) => this.faults.push(error));
    }
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.faults.push(error);
    }
  }

  /** Every request of every page passes here, as it would pass the session and the protocol. */
  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = toAppUrl(request.url());
    const window = this.#windowOf(request.frame().page());
    if (window === undefined) {
      // A page nobody opened: the browser made it past the shims; the program decides all the same.
      this.windows[0]?.contents.opens(url);
      await route.abort('blockedbyclient');
      return;
    }
    if (
      request.isNavigationRequest() &&
      !window.loading.has(request.url()) &&
      !window.contents.mayNavigate(url, request.frame())
    ) {
      await route.abort('aborted');
      return;
    }
    if (!this.session.mayRequest(url)) {
      await route.abort('blockedbyclient');
      return;
    }
    if (!url.startsWith('app:')) {
      this.reachedOutside.push(url);
      await route.abort('internetdisconnected');
      return;
    }
    try {
      const answer = await this.protocol.answer('app', new Request(url, { method: request.method() }));
      await route.fulfill({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: Buffer.from(await answer.arrayBuffer()),
      });
    } catch (error) {
      this.faults.push(error);
      await route.abort('failed');
    }
  }
}
