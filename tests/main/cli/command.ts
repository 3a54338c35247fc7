/** `countersign` as a real child process. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { programFile } from '../../support/program.ts';

export interface Ended {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What commands keep outside of vaults: the key of secrets, and what simulated services of a database did. */
const OWN = mkdtempSync(path.join(tmpdir(), 'countersign-commands-'));
// Of hooks, the first is run last: by then the file's own have stopped what it started.
afterAll(() => rmSync(OWN, { recursive: true, force: true }));

export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  const own = { COUNTERSIGN_SECRETS_KEY_FILE: path.join(OWN, 'secrets-key'), TMPDIR: OWN };
  return spawn(process.execPath, [programFile('main'), ...args], {
    env: { ...process.env, ...own, ...env },
    stdio: 'pipe',
  });
}

export async function countersign(args: readonly string[], stdin = ''): Promise<Ended> {
  const child = start(args);
  // A verb that does not read its input may be gone before all of it is written.
  child.stdin.on('error', () => undefined).end(stdin);
  const [[exit], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exit, stdout, stderr };
}

/** The error line; fails when there is more or less than one, or a trace of a stack. */
export function errorLine({ stderr, stdout }: Ended): string {
  const lines = stderr.trimEnd().split('\n');
  if (
    lines.length !== 1 ||
    !stderr.startsWith('countersign: ') ||
    /\n\s+at |node:internal/.test(stderr) ||
    stdout !== ''
  ) {
    throw new Error(`Expected one error line and no output, got ${JSON.stringify({ stderr, stdout })}`);
  }
  return (lines[0] ?? '').slice('countersign: '.length);
}
