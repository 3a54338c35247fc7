/**
 * Builds what is bundled, when its sources changed since: the window into `dist/renderer`, the
 * desktop app into `dist/desktop`. A stamp beside each holds the digest of what it was built from.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { main, ROOT, run, SetupError, setUp } from './setup.mjs';

const BUNDLES = {
  renderer: {
    config: 'renderer/vite.config.ts',
    sources: ['renderer', 'core', 'package-lock.json', 'scripts/build.mjs'],
    result: 'index.html',
  },
  desktop: {
    config: 'main/desktop/vite.config.ts',
    sources: ['main', 'core', 'migrations', 'package.json', 'package-lock.json', 'scripts/build.mjs'],
    result: 'main.js',
  },
};

/** Gives when the bundle is there and no older than its sources. */
export async function build(node, name) {
  const { config, sources, result } = BUNDLES[name];
  const stamp = path.join(ROOT, 'dist', `.${name}.stamp`);
  const digest = digestOf(sources);
  const isBuilt = existsSync(path.join(ROOT, 'dist', name, result));
  if (isBuilt && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;

  console.error(`Building dist/${name} …`);
  // A build that is cut short leaves no stamp of the one before it.
  rmSync(stamp, { force: true });
  const vite = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  // Whatever this shell works in: any other word makes React's development build, twice the size and half the speed.
  const env = { NODE_ENV: 'production' };
  const { code, output } = await run(node, [vite, 'build', '--config', config], { cwd: ROOT, env, quiet: true });
  if (code !== 0) throw new SetupError(`dist/${name} could not be built:\n${output.trim()}`);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

function digestOf(sources) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesOf)) {
    const content = readFileSync(path.join(ROOT, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesOf(source) {
  if (path.extname(source) !== '') return [source];
  return readdirSync(path.join(ROOT, source), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const node = setUp();
    const named = process.argv.slice(2);
    for (const name of named.length > 0 ? named : Object.keys(BUNDLES)) await build(node, name);
    return 0;
  });
}
