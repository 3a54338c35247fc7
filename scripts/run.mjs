/** `node scripts/run.mjs FILE …`: runs a part of the program on its own Node, after setting up what is missing. */
import path from 'node:path';
import process from 'node:process';
import { main, ROOT, run, setUp } from './setup.mjs';

const [file, ...args] = process.argv.slice(2);
await main(() => run(setUp(), [path.resolve(ROOT, file), ...args]));
