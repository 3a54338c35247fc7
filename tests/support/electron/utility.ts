/**
 * Electron's utility processes: a real Node process in which `process.parentPort` is what Electron
 * gives there, so that the program of such a process runs as it is shipped.
 */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { ForkOptions, UtilityProcess } from 'electron';
import { KnownEvents } from './strict.ts';

export class UtilityProcessDouble extends KnownEvents implements Pick<UtilityProcess, 'kill' | 'pid' | 'postMessage'> {
  readonly options: ForkOptions;
  readonly #child: ChildProcess;

  constructor(file: string, args: readonly string[], options: ForkOptions) {
    super('UtilityProcess', ['message', 'exit']);
    this.options = options;
    this.#child = fork(path.join(import.meta.dirname, 'utility-side.mjs'), [file, ...args], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...options.env } as NodeJS.ProcessEnv,
    });
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.once('exit', (code) => this.emit('exit', code ?? 1));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  postMessage(message: unknown): void {
    this.#child.send(message as never);
  }

  kill(): boolean {
    return this.#child.kill();
  }
}

export class UtilityProcesses {
  readonly started: UtilityProcessDouble[] = [];

  fork(file: string, args: readonly string[] = [], options: ForkOptions = {}): UtilityProcessDouble {
    const child = new UtilityProcessDouble(file, args, options);
    this.started.push(child);
    return child;
  }
}
