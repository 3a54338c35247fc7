/**
 * Plays one flow and kills itself at one point of it, as a power cut would: with all of a
 * transaction written and not committed, after its commit, before or after a question to the
 * provider. Says which point that was, or how many it passed.
 *
 *   node flow-process.ts FOLDER FLOW POINT
 */
import { writeSync } from 'node:fs';
import { onStage } from './flow-stage.ts';
import { FLOWS } from './flows.ts';

const [folder, name, point] = process.argv.slice(2);
const flow = FLOWS[name ?? ''];
if (folder === undefined || flow === undefined || point === undefined) throw new Error('Which folder, flow and point?');

let passed = 0;
let playing = false;
function at(where: string): void {
  if (!playing) return;
  passed += 1;
  if (passed !== Number(point)) return;
  // Written at once: a stream would not be flushed any more.
  writeSync(1, where);
  process.kill(process.pid, 'SIGKILL');
}

await onStage(folder, flow.manner ?? 'completes', at, async (stage) => {
  playing = true;
  await flow.act(stage);
  playing = false;
});
writeSync(1, String(passed));
