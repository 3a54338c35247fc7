/** The desktop app as it is shipped: its bundles, run whole in the double of Electron. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sharedChromium } from '../../support/chromium.ts';
import { ElectronWorld } from '../../support/electron/double.ts';

const BUNDLE = path.join(import.meta.dirname, '../../../dist/desktop');

let home: string;
let world: ElectronWorld;
let stop: () => Promise<void>;

beforeEach(async () => {
  if (!existsSync(path.join(BUNDLE, 'main.js'))) throw new Error('The desktop app is not built: npm run build');
  home = await mkdtemp(path.join(os.tmpdir(), 'countersign-bundle-'));
  vi.stubEnv('COUNTERSIGN_HOME', home);
  world = await ElectronWorld.start({
    browser: await sharedChromium(),
    preload: await readFile(path.join(BUNDLE, 'preload.cjs'), 'utf8'),
    platform: process.platform,
    packaged: false,
    firstInstance: true,
    version: '0.1.0',
    userData: path.join(home, 'not-here'),
  });
  stop = async () => {
    await world.end();
    vi.unstubAllEnvs();
    await rm(home, { recursive: true, force: true });
  };
});

afterEach(async () => stop());

test('the bundled app shows the first run, answered by the bundled engine in its own thread', async () => {
  await import(path.join(BUNDLE, 'main.js'));
  const page = await world.page();
  await page.getByRole('button', { name: /sandbox/i }).waitFor();
  expect(world.app.getPath('userData')).toBe(home);
  expect(existsSync(path.join(home, 'vaults'))).toBe(true);
  const preload = world.window().options.webPreferences?.preload;
  expect(preload).toBe(path.join(BUNDLE, 'preload.cjs'));
  expect(world.dialog.errors).toEqual([]);
});

test('the bundled preload loads nothing but Electron', async () => {
  const preload = await readFile(path.join(BUNDLE, 'preload.cjs'), 'utf8');
  const loaded = [...preload.matchAll(/\b(?:require|import)\s*\(\s*["'`]([^"'`]+)/g)].map(([, name]) => name);
  expect(loaded).toEqual(['electron']);
});
