/**
 * A process that is started hundreds of times is bundled into one file first: loading the program
 * module by module takes longer than what it is started for.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Inside the project, or the database's driver would not be found from there. */
const CACHE = path.join(ROOT, '.cache');

export interface Bundled {
  readonly script: string;
  remove(): void;
}

export async function bundled(name: string): Promise<Bundled> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(path.join(CACHE, `${name}-`));
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    build: {
      ssr: `tests/faults/${name}.ts`,
      outDir: folder,
      minify: false,
      target: 'node24',
      rolldownOptions: { external: ['better-sqlite3'] },
    },
    ssr: { noExternal: true },
  });
  return { script: path.join(folder, `${name}.js`), remove: () => rmSync(folder, { recursive: true }) };
}
