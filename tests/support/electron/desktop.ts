/** Starts the real code of the desktop app in an `ElectronWorld`. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright';
import { type DesktopParts, startDesktop } from '../../../main/desktop/desktop.ts';
import { ElectronWorld, type WorldOptions } from './double.ts';
import { bundlePreload } from './preload-bundle.ts';

export interface RunningDesktop {
  readonly world: ElectronWorld;
  /** What the host wrote down, as `event` and its facts. */
  readonly reports: { readonly event: string; readonly facts: Readonly<Record<string, unknown>> }[];
  /** When `startDesktop` has done what it does. */
  readonly started: Promise<void>;
  end(): Promise<void>;
}

export interface DesktopOptions {
  readonly browser: Browser;
  readonly rendererFolder: string;
  readonly startEngine: DesktopParts['startEngine'];
  readonly args?: readonly string[];
  /** Where vaults are kept; a folder that is removed afterwards, when not given. */
  readonly userData?: string;
  /** Told of the window's page before it loads anything. */
  readonly onPage?: (page: Page) => void;
  readonly world?: Partial<Pick<WorldOptions, 'packaged' | 'firstInstance' | 'platform'>>;
}

let preload: Promise<string> | undefined;

export async function runDesktop(options: DesktopOptions): Promise<RunningDesktop> {
  preload ??= bundlePreload();
  const userData = options.userData ?? (await mkdtemp(path.join(os.tmpdir(), 'countersign-desktop-')));
  const platform = options.world?.platform ?? 'linux';
  const world = await ElectronWorld.start({
    browser: options.browser,
    preload: await preload,
    platform,
    packaged: options.world?.packaged ?? false,
    firstInstance: options.world?.firstInstance ?? true,
    version: '0.1.0',
    userData,
    ...(options.onPage !== undefined && { onPage: options.onPage }),
  });
  const reports: RunningDesktop['reports'] = [];
  const started = startDesktop({
    startEngine: options.startEngine,
    rendererFolder: options.rendererFolder,
    preloadFile: 'preload.cjs',
    args: options.args ?? [],
    platform,
    report: (event, facts) => void reports.push({ event, facts }),
  });
  return {
    world,
    reports,
    started,
    async end() {
      await started;
      await world.end();
      if (options.userData === undefined) await rm(userData, { recursive: true, force: true });
    },
  };
}
