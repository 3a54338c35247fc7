/**
 * Plays one flow and kills itself at one point of it, as a power cut would: after the first write
 * of a transaction, before or after its commit, before or after a question to the provider. Says
 * which point that was, or how many it passed.
 *
 *   node flow-process.ts FOLDER FLOW POINT
 */
import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { onStage } from './flow-stage.ts';
import { FLOWS } from './flows.ts';

const [folder, name, point] = process.argv.slice(2);
const flow = FLOWS[name ?? ''];
if (folder === undefined || flow === undefined || point === undefined) throw new Error('Which folder, flow and point?');

let passed = 0;
let playing = false;
/** Between its first write and its commit a transaction leaves the same behind, wherever it ends. */
let written = false;
function at(where: string): void {
  if (!playing) return;
  if (where.endsWith('a commit')) written = false;
  passed += 1;
  if (passed !== Number(point)) return;
  // Written at once: a stream would not be flushed any more.
  writeSync(1, where);
  process.kill(process.pid, 'SIGKILL');
}

type Execute = (this: { readonly readonly: boolean; readonly source: string }, ...parameters: unknown[]) => unknown;
const statements = Object.getPrototypeOf(new Database(':memory:').prepare('select 1')) as Record<
  'run' | 'all',
  Execute
>;
for (const method of ['run', 'all'] as const) {
  const execute = statements[method];
  statements[method] = function (...parameters) {
    const result = execute.apply(this, parameters);
    if (playing && !this.readonly && !written) {
      written = true;
      at(`after ${this.source.trim().slice(0, 60)}`);
    }
    return result;
  };
}

await onStage(folder, flow.manner ?? 'completes', at, async (stage) => {
  playing = true;
  await flow.act(stage);
  playing = false;
});
writeSync(1, String(passed));
