/** The server as a person starts it: a process that prints its address, opened in a browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { programFile } from '../program.ts';
import { type HostKind, listenTo, WINDOW } from './desk.ts';

const READY_MS_MAX = 30_000;
const STOP_MS_MAX = 30_000;

const announcement = z.object({ url: z.url() });

export const serverHost: HostKind = {
  name: 'server',
  async open(browser, home) {
    const vaultFolder = path.join(home, 'vaults');
    const serving = spawn(
      process.execPath,
      [programFile('main'), 'serve', '--folder', vaultFolder, '--port', '0', '--json'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const said: string[] = [];
    serving.stderr.on('data', (chunk) => said.push(String(chunk)));
    const url = await announced(serving, said);
    const context = await browser.newContext(WINDOW);
    const page = await context.newPage();
    const heard = listenTo(page);
    await page.goto(url, { waitUntil: 'load' });
    return {
      page,
      vaultFolder,
      ...heard,
      async close() {
        await context.close();
        const ended = once(serving, 'exit', { signal: AbortSignal.timeout(STOP_MS_MAX) });
        serving.kill('SIGTERM');
        const [code] = await ended;
        if (code !== 0) throw new Error(`The server ended with ${code}:\n${said.join('')}`);
      },
    };
  },
};

async function announced(serving: ChildProcess, said: readonly string[]): Promise<string> {
  if (serving.stdout === null) throw new Error('The server has no output');
  const lines = createInterface({ input: serving.stdout });
  const first = once(lines, 'line', { signal: AbortSignal.timeout(READY_MS_MAX) });
  const gone = once(serving, 'exit').then(([code]) => {
    throw new Error(`The server ended with ${code} before it was ready:\n${said.join('')}`);
  });
  try {
    const [line] = await Promise.race([first, gone]);
    return announcement.parse(JSON.parse(String(line))).url;
  } catch (error) {
    serving.kill('SIGKILL');
    throw error;
  } finally {
    gone.catch(() => undefined); // its end is looked at when it is closed
  }
}
