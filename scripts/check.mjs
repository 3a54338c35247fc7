/**
 * Everything about the sources that can be known without running them: types, lint and format,
 * import boundaries, dead code. All four always run, side by side; each says its piece in turn.
 */
import path from 'node:path';
import { main, ROOT, run, setUp } from './setup.mjs';

const module = (file) => path.join(ROOT, 'node_modules', file);

await main(async () => {
  const node = setUp();
  const checks = [
    ['types', module('typescript/bin/tsc'), '-b'],
    [
      'lint',
      module('@biomejs/biome/bin/biome'),
      'check',
      '--error-on-warnings',
      '--diagnostic-level=warn',
      '--max-diagnostics=200',
    ],
    ['boundaries', path.join(ROOT, 'scripts', 'boundaries.ts'), ROOT],
    ['dead code', module('knip/bin/knip.js'), '--no-progress', '--treat-config-hints-as-errors'],
  ];
  const startedMs = performance.now();
  const running = checks.map(([name, ...args]) => ({
    name,
    result: run(node, args, { cwd: ROOT, quiet: true }),
  }));

  let failed = 0;
  for (const { name, result } of running) {
    const { code, output } = await result;
    if (code !== 0) {
      failed += 1;
      console.error(`\n${output.trim()}\n`);
    }
    console.error(`${code === 0 ? '✓' : '✗'} ${name}`);
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.error(
    failed === 0 ? `Everything holds (${seconds} s).` : `${failed} of ${checks.length} failed (${seconds} s).`,
  );
  return failed === 0 ? 0 : 1;
});
