/**
 * Works through a treasury's work and kills itself at one point of it, as a power cut would: at
 * once, with nothing cleaned up. Says which point that was, or how many it passed.
 *
 *   node work-process.ts FOLDER POINT
 */
import { writeSync } from 'node:fs';
import { workThrough } from './treasury-work.ts';

const [folder, point] = process.argv.slice(2);
if (folder === undefined || point === undefined) throw new Error('Which folder, and which point?');

let passed = 0;
await workThrough(folder, (name) => {
  passed += 1;
  if (passed !== Number(point)) return;
  // Written at once: a stream would not be flushed any more.
  writeSync(1, name);
  process.kill(process.pid, 'SIGKILL');
});
writeSync(1, String(passed));
