/**
 * Opens the printed address in the user's browser. The address holds the launch token, and other
 * users of the machine can read the arguments of a process; so the browser is given a file that
 * only its owner can read, which leads on to the address.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['explorer'],
};

/** Gives what removes the file again. */
export async function openInBrowser(
  url: string,
  platform: NodeJS.Platform = process.platform,
): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'countersign-'));
  const file = path.join(folder, 'open.html');
  const page = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${url}"><title>Countersign</title><a href="${url}">Open Countersign</a>\n`;
  await writeFile(file, page, { mode: 0o600 });
  const [command = 'xdg-open', ...args] = OPENERS[platform] ?? [];
  // Without a browser the printed address still serves.
  spawn(command, [...args, pathToFileURL(file).href], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
  return () => rm(folder, { recursive: true, force: true });
}
