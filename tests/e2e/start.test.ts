import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sharedChromium } from '../support/chromium.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const READY_LINE = /^Countersign is ready at (\S+)\n/m;

const folders: string[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-start-'));
  folders.push(folder);
  return folder;
}

/** `npm start` as a machine without a display and with an own data folder would run it. */
function start(env: NodeJS.ProcessEnv, args: readonly string[] = []) {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, ...bare } = process.env;
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts/start.mjs'), ...args], {
    env: { ...bare, COUNTERSIGN_HOME: temporaryFolder(), ...env },
  });
  children.push(child);
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const ready = () =>
    new Promise<string>((resolve, reject) => {
      child.stdout.on('data', () => {
        const url = READY_LINE.exec(said.stdout)?.[1];
        if (url !== undefined) resolve(url);
      });
      void ended.then((code) => reject(new Error(`It ended with ${code} before it was ready:\n${said.stderr}`)));
    });
  return { child, said, ended, ready };
}

test('without Electron it says so in one line and shows the window in the browser', async () => {
  const { child, said, ended, ready } = start({ ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' }, ['--port', '0']);
  const url = await ready();
  expect(said.stderr.split('\n').filter((line) => line.includes('Electron'))).toHaveLength(1);
  expect(said.stderr).toMatch(/^Electron cannot be used \(.*\): the same app opens in the browser\.$/m);

  const answer = await fetch(new URL('/', url));
  expect(answer.status).toBe(200);
  const document = await answer.text();
  expect(document).toContain('<script type="module"');
  // Whatever NODE_ENV says here, what was built is React as people get it, not its development build.
  const script = /<script type="module"[^>]* src="([^"]+)"/.exec(document)?.[1] ?? '';
  expect(await (await fetch(new URL(script, url))).text()).not.toContain('jsxDEV');

  const page = await (await sharedChromium()).newPage();
  try {
    await page.goto(url);
    await page.getByRole('button').first().waitFor();
    // The token that let the browser in is gone from where a person could copy or photograph it.
    expect(page.url()).not.toContain('token');
  } finally {
    await page.close();
  }

  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('a named Electron is given the program and its arguments', async () => {
  const folder = temporaryFolder();
  const executable = path.join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron');
  writeFileSync(executable, '#!/bin/sh\nfor argument in "$@"; do echo "$argument"; done\n');
  chmodSync(executable, 0o755);
  const { said, ended } = start({ ELECTRON_OVERRIDE_DIST_PATH: folder }, ['--lang=en']);
  expect(await ended).toBe(0);
  expect(said.stdout.trim().split('\n')).toEqual([path.join(ROOT, path.sep), '--lang=en']);
});
