import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function planted(source: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-run-'));
  folders.push(folder);
  const file = path.join(folder, 'program.ts');
  writeFileSync(file, source);
  return file;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program the way every command of package.json does; `whenItSays` is called at its first line. */
function runThroughSetup(
  file: string,
  args: readonly string[],
  whenItSays?: (kill: (signal: NodeJS.Signals) => void) => void,
) {
  return new Promise<Ending>((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'scripts/run.mjs'), file, ...args]);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const isFirst = stdout === '';
      stdout += text;
      if (isFirst) whenItSays?.((signal) => child.kill(signal));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

test("runs on the program's own Node and leaves stdout to it", async () => {
  const file = planted('console.log(JSON.stringify([process.versions.node.split(".")[0], ...process.argv.slice(2)]))');
  const ending = await runThroughSetup(file, ['--payouts', '20', 'two words']);
  expect(ending).toEqual({ code: 0, signal: null, stdout: '["24","--payouts","20","two words"]\n', stderr: '' });
});

test('ends with the exit code of the program', async () => {
  expect(await runThroughSetup(planted('process.exit(2)'), [])).toMatchObject({ code: 2, signal: null });
});

test('passes a request to stop on, and waits for the program to finish what is open', async () => {
  const file = planted(`
    process.on('SIGTERM', () => setTimeout(() => { console.log('closed'); process.exit(0); }, 50));
    setInterval(() => undefined, 1_000);
    console.log('ready');`);
  const ending = await runThroughSetup(file, [], (kill) => kill('SIGTERM'));
  expect(ending).toMatchObject({ code: 0, signal: null, stdout: 'ready\nclosed\n' });
});

test('ends by the signal that ended the program', async () => {
  const file = planted(`process.kill(process.pid, 'SIGKILL')`);
  expect(await runThroughSetup(file, [])).toMatchObject({ code: null, signal: 'SIGKILL' });
});
