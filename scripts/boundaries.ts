/** Holds every import under a root against the table in import-rules.ts. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AREAS, CONFIGURATION, RESERVED } from './import-rules.ts';
import { type Import, importsOf } from './imports-of.ts';

export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

const SOURCES = ['core', 'main', 'migrations', 'renderer', 'scripts', 'tests'];

export function violations(root: string): readonly Violation[] {
  const files = SOURCES.flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}`, { cwd: root }));
  // A table held against nothing would always be obeyed.
  if (files.length === 0) throw new Error(`No source files under ${root}.`);
  return files
    .map((file) => file.split(path.sep).join('/'))
    .sort()
    .flatMap((file) =>
      importsOf(file, readFileSync(path.join(root, file), 'utf8')).flatMap((found) => {
        const reason = refusal(root, file, found);
        return reason === null ? [] : [{ file, line: found.line, reason }];
      }),
    );
}

function refusal(root: string, file: string, { specifier, isAddress }: Import): string | null {
  const area = AREAS.findLast(({ folder }) => within(file, folder));
  if (specifier === null) {
    return area === undefined
      ? null
      : 'imports something computed: write out what is imported, so that it can be checked';
  }
  if (specifier.startsWith('.')) return refusedFile(root, file, specifier, isAddress);
  if (/^(?:\/|file:|data:|https?:)/.test(specifier))
    return `imports '${specifier}': an import is relative or names a package`;

  const name = packageName(specifier);
  const reservation = RESERVED.find(({ packages }) => packages.some((pattern) => matches(name, pattern)));
  if (reservation !== undefined && !reservation.only.some((folder) => within(file, folder))) {
    return `imports '${name}', which only ${reservation.only[0]} may: ${reservation.because}`;
  }
  if (area?.packages === undefined || CONFIGURATION.test(file)) return null;
  if (area.packages.some((pattern) => matches(name, pattern))) return null;
  return `imports '${name}': ${area.folder} may import ${area.packages.join(', ') || 'no package'}`;
}

function refusedFile(root: string, file: string, specifier: string, isAddress: boolean): string | null {
  const target = path.posix.join(path.posix.dirname(file), specifier.replace(/[?#].*$/, ''));
  if (target.startsWith('..')) return `imports '${specifier}', which lies outside the repository`;
  const area = AREAS.findLast(({ folder }) => within(file, folder));
  if (area !== undefined) {
    const known = [area.folder, ...area.knows];
    if (!known.some((folder) => within(target, folder))) {
      return `imports ${target}: ${area.folder} may know ${area.knows.join(', ') || 'nothing'} besides itself`;
    }
  }
  // Node reads the sources as they are: it guesses neither endings nor index files.
  if (isAddress || existsSync(path.join(root, target))) return null;
  return `imports ${target}, which does not exist`;
}

function within(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}

function packageName(specifier: string): string {
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = violations(path.resolve(process.argv[2] ?? '.'));
  for (const { file, line, reason } of found) console.error(`${file}:${line} ${reason}`);
  if (found.length > 0) process.exitCode = 1;
}
