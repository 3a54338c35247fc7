/**
 * `npm test`: every test there is. Arguments go to the runner: `npm test -- --project unit ledger`.
 * The run ends with the runner's own summary.
 */
import path from 'node:path';
import process from 'node:process';
import { build } from './build.mjs';
import { findOrInstallChromium } from './chromium.mjs';
import { main, ROOT, run, setUp } from './setup.mjs';

await main(async () => {
  const node = setUp();
  const args = process.argv.slice(2);
  const projects = args.flatMap((arg, index) =>
    arg === '--project' ? [args[index + 1]] : arg.startsWith('--project=') ? [arg.slice(10)] : [],
  );
  const env = {};
  if (projects.length === 0 || projects.includes('e2e')) {
    env.CHROMIUM_PATH = findOrInstallChromium();
    await build(node, 'renderer');
    await build(node, 'desktop');
  }
  const vitest = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  return run(node, [vitest, 'run', ...args], { cwd: ROOT, env });
});
