import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = path.resolve(import.meta.dirname, '../..');
const report = z.object({ diagnostics: z.array(z.object({ category: z.string(), severity: z.string() })) });
const planted: string[] = [];

afterEach(() => {
  for (const folder of planted.splice(0)) rmSync(folder, { recursive: true });
});

/** The rules that object to one planted file, under the configuration of this repository. */
function rulesBrokenBy(file: string, source: string): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-lint-'));
  planted.push(folder);
  mkdirSync(path.join(folder, 'scripts'));
  for (const part of ['biome.jsonc', 'scripts/no-own-clock.grit']) {
    copyFileSync(path.join(ROOT, part), path.join(folder, part));
  }
  mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
  writeFileSync(path.join(folder, file), `${source}\n`);
  const biome = path.join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [biome, 'lint', '--vcs-enabled=false', '--error-on-warnings', '--reporter=json', '.'],
    { cwd: folder, encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(`Biome said nothing but: ${stderr}`);
  return report
    .parse(JSON.parse(stdout))
    .diagnostics.filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ category }) => category.split('/').at(-1) ?? category);
}

describe('the house rules refuse', () => {
  test.each([
    [
      'a promise nobody waits for',
      'noFloatingPromises',
      'core/x.ts',
      `export function all(pay: () => Promise<void>): void {\n  pay();\n}`,
    ],
    [
      'a promise nobody waits for, of a method',
      'noFloatingPromises',
      'core/x.ts',
      `interface Writer {\n  transaction(): Promise<void>;\n}\nexport function all(writer: Writer): void {\n  writer.transaction();\n}`,
    ],
    [
      'a switch that forgets a case',
      'useExhaustiveSwitchCases',
      'core/x.ts',
      `type Status = 'pending' | 'settled';\nexport function word(status: Status): string | undefined {\n  switch (status) {\n    case 'pending':\n      return 'waiting';\n  }\n  return undefined;\n}`,
    ],
    ['any', 'noExplicitAny', 'core/x.ts', 'export const amount: any = 1;'],
    ['a swallowed error', 'noEmptyBlockStatements', 'core/x.ts', 'try {\n  JSON.parse("{");\n} catch {}'],
    ['a default export', 'noDefaultExport', 'core/x.ts', 'export default 1;'],
    ['a barrel file', 'noBarrelFile', 'core/ledger/index.ts', `export { post } from './post.ts';`],
    ['an enum', 'noEnum', 'core/x.ts', `export enum Status {\n  Pending = 'pending',\n}`],
    [
      'a parameter property',
      'noParameterProperties',
      'core/x.ts',
      'export class Vault {\n  constructor(readonly file: string) {}\n}',
    ],
    [
      'a focused test',
      'noFocusedTests',
      'tests/x.test.ts',
      `import { test } from 'vitest';\ntest.only('one', () => test);`,
    ],
    [
      'a skipped test',
      'noSkippedTests',
      'tests/x.test.ts',
      `import { test } from 'vitest';\ntest.skip('one', () => test);`,
    ],
    [
      'something that is thrown and is no error',
      'useThrowOnlyError',
      'core/x.ts',
      `export function fail(): never {\n  throw 'no';\n}`,
    ],
    ['a file name in another case', 'useFilenamingConvention', 'core/trialBalance.ts', 'export const x = 1;'],
    [
      'a bare name of a node module',
      'useNodejsImportProtocol',
      'main/x.ts',
      `import fs from 'fs';\nfs.existsSync('.');`,
    ],
    ['printing from inside the program', 'noConsole', 'main/engine/x.ts', `console.log('here');`],
    [
      'an assertion that something is there',
      'noNonNullAssertion',
      'core/x.ts',
      'export const first = (rows: string[]): string => rows[0]!;',
    ],
  ])('%s', (_, rule, file, source) => {
    expect(rulesBrokenBy(file, source)).toEqual([rule]);
  });
});

describe('the house rules allow', () => {
  test.each([
    ['the two lists that are barrels by purpose', 'core/contract/index.ts', `export { audit } from './audit.ts';`],
    ['the list of migrations', 'migrations/index.ts', `export { migration } from './0001-foundation.ts';`],
    ['numbered migrations', 'migrations/0001-foundation.ts', 'export const x = 1;'],
    ['the default export a bundler asks for', 'renderer/vite.config.ts', 'export default {};'],
    ['a given time inside core', 'core/x.ts', 'export const at = (atMs: number): Date => new Date(atMs);'],
    ['a clock outside core', 'main/engine/x.ts', 'export const nowMs = (): number => Date.now();'],
    ['the command line to print', 'main/cli/x.ts', `console.log('here');`],
  ])('%s', (_, file, source) => {
    expect(rulesBrokenBy(file, source)).toEqual([]);
  });
});
