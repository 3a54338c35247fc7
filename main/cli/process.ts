/** A command line as the whole of a process: its streams, its last words, its exit code. */
import process from 'node:process';
import { asFailure } from './errors.ts';
import type { ExitCode, Streams } from './run.ts';

export async function runAsProcess(
  name: string,
  run: (argv: readonly string[], streams: Streams) => Promise<ExitCode>,
): Promise<void> {
  // Who reads our output may have read enough (`countersign openapi | head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  // Even a bug of ours ends as one line: what it would print could hold what nobody should read.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${name}: ${asFailure(error).line}\n`);
    process.exit(1);
  });

  const exitCode = await run(process.argv.slice(2), process);
  // Whatever may still be running ends with the command, once all that was said has been written.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}
