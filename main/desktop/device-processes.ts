/**
 * Processes of devices, started for the engine's thread: the packed app runs nothing as Node, and
 * only Electron's main process may start a utility process.
 */
import type { MessagePort } from 'node:worker_threads';
import { type UtilityProcess, utilityProcess } from 'electron';
import { type FromHost, toHost } from '../signing/ledger/process-port.ts';
import type { Report } from './report.ts';

const END_PATIENCE_MS = 1_000;

export interface DeviceProcessOptions {
  /** The bundled program of such a process. */
  readonly file: string;
  readonly report: Report;
}

/** What hangs in a driver does not hear that it should end; it is made to. */
function end(child: UtilityProcess): void {
  const { pid } = child;
  if (!child.kill() || pid === undefined) return;
  const forced = setTimeout(() => process.kill(pid, 'SIGKILL'), END_PATIENCE_MS);
  child.once('exit', () => clearTimeout(forced));
}

/** Serves one engine; what still runs when its port closes is ended. */
export function serveDeviceProcesses(port: MessagePort, { file, report }: DeviceProcessOptions): void {
  const running = new Map<number, UtilityProcess>();
  const tell = (message: FromHost) => port.postMessage(message);

  const start = (number: number): void => {
    const child = utilityProcess.fork(file, [], {
      serviceName: 'Countersign device',
      // A driver's chatter is no output of ours.
      stdio: 'ignore',
      // Secrets that the program was given by environment are none of a driver's business.
      env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot },
    });
    running.set(number, child);
    child.on('message', (message: unknown) => tell({ type: 'said', process: number, message }));
    child.once('exit', (code) => {
      if (running.delete(number) && code !== 0) report('device.process_ended', { code });
      tell({ type: 'ended', process: number });
    });
  };

  port.on('message', (heard: unknown) => {
    const asked = toHost.parse(heard);
    const child = running.get(asked.process);
    switch (asked.type) {
      case 'start':
        start(asked.process);
        return;
      case 'say':
        child?.postMessage(asked.message);
        return;
      case 'kill':
        running.delete(asked.process);
        if (child) end(child);
    }
  });
  port.once('close', () => {
    for (const child of running.values()) end(child);
    running.clear();
  });
}
