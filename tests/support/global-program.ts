/**
 * Vitest's global setup for projects whose tests start engines and commands as they run for real, in
 * threads and processes of their own. The program, and the
 * processes that faults are tried on, are bundled for them once: loading them module by module takes
 * five times as long, and some hundred starts make a run. That the sources run as they
 * are is a test of its own (`tests/main/cli/usage.test.ts`).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the bundled program. */
    readonly program: string;
  }
}

const ROOT = path.join(import.meta.dirname, '../..');
/** Two folders below the root, as the sources are: what the program finds beside itself it finds from here too. */
const CACHE = path.join(ROOT, '.cache');
const PREFIX = 'program-';
const SOURCES = ['main', 'core', 'migrations', 'tests/faults', 'tests/support', 'package-lock.json'];
const ENTRIES = {
  main: 'main/cli/main.ts',
  demo: 'main/cli/demo.ts',
  thread: 'main/engine/thread.ts',
  'device-process': 'main/signing/ledger/device-process.ts',
  // What the faults kill.
  'engine-process': 'tests/faults/engine-process.ts',
  'flow-process': 'tests/faults/flow-process.ts',
  'work-process': 'tests/faults/work-process.ts',
};
const KEPT_MS = 24 * 60 * 60 * 1000;

export async function setup(project: TestProject): Promise<void> {
  project.provide('program', await bundledProgram());
}

/** Named by what it was made from, and put in place whole: runs of other sources beside this one have their own. */
async function bundledProgram(): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const folder = path.join(CACHE, `${PREFIX}${digestOfSources()}`);
  if (existsSync(folder)) return folder;
  removeOld();
  const making = mkdtempSync(path.join(CACHE, 'making-program-'));
  try {
    await bundleInto(making);
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    // Another run of the same sources may have been quicker.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

async function bundleInto(outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    plugins: [besideEachOther],
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      minify: false,
      target: 'node24',
      rolldownOptions: {
        input: ENTRIES,
        external: ['better-sqlite3'],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
    ssr: { noExternal: true },
  });
}

/** A file that is started as a thread or a process lies beside the one that names it. */
const besideEachOther: Plugin = {
  name: 'beside-each-other',
  enforce: 'pre',
  transform: {
    filter: { id: /\/main\/.*\.ts$/ },
    handler: (code) =>
      code.replaceAll(
        /new URL\('\.[\w./-]*?([\w-]+)\.ts', import\.meta\.url\)/g,
        "new URL('./$1.js', import.meta.url)",
      ),
  },
};

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesOf)) hash.update(`${file}\0`).update(readFileSync(path.join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

function filesOf(source: string): string[] {
  if (path.extname(source) !== '') return [source];
  return readdirSync(path.join(ROOT, source), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .sort();
}

function removeOld(): void {
  for (const name of readdirSync(CACHE)) {
    if (!name.startsWith(PREFIX) && !name.startsWith('making-program-')) continue;
    const folder = path.join(CACHE, name);
    if (Date.now() - statSync(folder).mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}
