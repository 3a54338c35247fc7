/**
 * The same end-to-end test on every host: the program's window as a Playwright page, whichever way
 * the program was started. A test that fails leaves what the window showed in `.cache/e2e/`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright';
import { describe, onTestFinished } from 'vitest';
import { sharedChromium } from './chromium.ts';
import { signIn } from './desk-steps.ts';
import { type Filling, fillHome } from './filled-homes.ts';
import type { Desk, HostKind } from './hosts/desk.ts';
import { desktopHost } from './hosts/desktop-host.ts';
import { electronHost, findRealElectron } from './hosts/electron-host.ts';
import { serverHost } from './hosts/server-host.ts';

const FAILURES = path.join(import.meta.dirname, '../../.cache/e2e');

export interface DeskHost {
  readonly name: string;
  /**
   * Opens a desk that is closed when the test ends. Without a home it begins with an empty one;
   * with that of a desk that was closed before, it finds what that one left.
   */
  open(home?: string): Promise<Desk>;
  /** Opens a desk over a home that holds something already, with Grace signed in. */
  openFilled(filling: Filling): Promise<Desk>;
  /** A folder that a desk can have as its home, removed when the test ends. */
  home(): Promise<string>;
}

/** Defines the suite once for each host that can run on this machine, and says which cannot. */
export function forEachHost(define: (host: DeskHost) => void): void {
  const electron = findRealElectron();
  const kinds = [serverHost, desktopHost, ...(electron === null ? [] : [electronHost(electron)])];
  if (electron === null) process.stdout.write('real Electron: absent, not run\n');
  describeOn(kinds, define);
}

/** For a flow in which no host does anything of its own: once is enough. */
export function onTheServer(define: (host: DeskHost) => void): void {
  describeOn([serverHost], define);
}

function describeOn(kinds: readonly HostKind[], define: (host: DeskHost) => void): void {
  describe.each(kinds)('$name', (kind) => {
    define({
      name: kind.name,
      home: newHome,
      open: async (home) => openFor(kind, await sharedChromium(), home ?? (await newHome())),
      openFilled: async (filling) => {
        const home = await newHome();
        await fillHome(home, filling);
        const desk = await openFor(kind, await sharedChromium(), home);
        await signIn(desk.page, 'Grace');
        return desk;
      },
    });
  });
}

async function newHome(): Promise<string> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'countersign-e2e-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

async function openFor(kind: HostKind, browser: Browser, home: string): Promise<Desk> {
  const desk = await kind.open(browser, home);
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= desk.close();
    return closed;
  };
  onTestFinished(async ({ task }) => {
    try {
      if (task.result?.state === 'fail') await leaveEvidence(desk, `${kind.name} ${task.name}`);
    } finally {
      await close();
    }
  });
  return { ...desk, close };
}

async function leaveEvidence(desk: Desk, testName: string): Promise<void> {
  const folder = path.join(FAILURES, testName.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 100));
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'console.log'), `${desk.page.url()}\n${desk.console.join('\n')}\n`);
  if (!desk.page.isClosed()) await desk.page.screenshot({ path: path.join(folder, 'window.png'), fullPage: true });
}
