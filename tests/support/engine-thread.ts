/** Kills engine threads as a crash would: at once, with whatever they were doing. */
import { channel } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';

const threads = new Set<Worker>();

channel('worker_threads').subscribe((message) => {
  const { worker } = message as { worker: Worker };
  threads.add(worker);
  worker.once('exit', () => threads.delete(worker));
});

export async function killEngineThread(): Promise<void> {
  const engines = [...threads];
  if (engines.length === 0) throw new Error('No engine thread is running');
  await Promise.all(engines.map((worker) => worker.terminate()));
}
