import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { violations } from '../../scripts/boundaries.ts';

const planted: string[] = [];

afterEach(() => {
  for (const root of planted.splice(0)) rmSync(root, { recursive: true });
});

/** A small repository holding exactly these files. */
function plant(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'countersign-boundaries-'));
  planted.push(root);
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), source);
  }
  return root;
}

/** What is said about one planted file; the files it points at exist, so only the boundary can object. */
function reasonsAgainst(file: string, source: string): readonly string[] {
  const root = plant({
    'core/contract/index.ts': 'export const contract = {};',
    'core/ledger/accounts.ts': 'export const accounts = 1;',
    'core/money/minor.ts': 'export const minor = 1;',
    'main/engine/engine-thread.ts': 'export const engine = 1;',
    'main/store/sqlite.ts': 'export const sqlite = 1;',
    'migrations/0001-foundation.ts': 'export const migration = 1;',
    'renderer/app/shell.tsx': 'export const Shell = 1;',
    'tests/support/stores.ts': 'export const stores = 1;',
    'package.json': '{}',
    [file]: source,
  });
  return violations(root).map((violation) => `${violation.file}:${violation.line} ${violation.reason}`);
}

describe('an import across a boundary is refused', () => {
  test.each([
    ['core imports electron', 'core/ledger/x.ts', `import { app } from 'electron';`, `imports 'electron'`],
    [
      'core imports a database driver',
      'core/ledger/x.ts',
      `import Database from 'better-sqlite3';`,
      `imports 'better-sqlite3'`,
    ],
    ['core imports pg', 'core/ledger/x.ts', `import pg from 'pg';`, `imports 'pg'`],
    ['core imports a package it was not given', 'core/ledger/x.ts', `import _ from 'lodash';`, `imports 'lodash'`],
    ['core opens a file', 'core/ledger/x.ts', `import fs from 'node:fs';`, `imports 'node:fs'`],
    ['core opens a socket by the bare name', 'core/ledger/x.ts', `import net from 'net';`, `imports 'node:net'`],
    [
      'core imports main',
      'core/ledger/x.ts',
      `import { engine } from '../../main/engine/engine-thread.ts';`,
      'imports main/engine/engine-thread.ts',
    ],
    [
      'core imports the renderer',
      'core/ledger/x.ts',
      `import { Shell } from '../../renderer/app/shell.tsx';`,
      'imports renderer/app/shell.tsx',
    ],
    [
      'core imports tests',
      'core/ledger/x.ts',
      `import { stores } from '../../tests/support/stores.ts';`,
      'imports tests/support/stores.ts',
    ],
    [
      'the contract imports a use case',
      'core/contract/x.ts',
      `import { accounts } from '../ledger/accounts.ts';`,
      'imports core/ledger/accounts.ts',
    ],
    ['the contract imports Kysely', 'core/contract/x.ts', `import { sql } from 'kysely';`, `imports 'kysely'`],
    ['money imports node', 'core/money/x.ts', `import { createHash } from 'node:crypto';`, `imports 'node:crypto'`],
    [
      'canonical imports node',
      'core/canonical/x.ts',
      `import { createHash } from 'node:crypto';`,
      `imports 'node:crypto'`,
    ],
    [
      'a migration imports main',
      'migrations/x.ts',
      `import { sqlite } from '../main/store/sqlite.ts';`,
      'imports main/store/sqlite.ts',
    ],
    [
      'the renderer imports a use case',
      'renderer/app/x.ts',
      `import { accounts } from '../../core/ledger/accounts.ts';`,
      'imports core/ledger/accounts.ts',
    ],
    [
      'the renderer imports main',
      'renderer/app/x.ts',
      `import { engine } from '../../main/engine/engine-thread.ts';`,
      'imports main/engine/engine-thread.ts',
    ],
    [
      'the renderer imports electron',
      'renderer/app/x.ts',
      `import { ipcRenderer } from 'electron';`,
      `imports 'electron'`,
    ],
    ['the renderer imports node', 'renderer/app/x.ts', `import path from 'node:path';`, `imports 'node:path'`],
    [
      'the renderer imports the server half of the transport',
      'renderer/app/x.ts',
      `import { os } from '@orpc/server';`,
      `imports '@orpc/server'`,
    ],
    ['the server imports electron', 'main/server/x.ts', `import { app } from 'electron';`, `imports 'electron'`],
    ['the server imports a driver', 'main/server/x.ts', `import pg from 'pg';`, `imports 'pg'`],
    [
      'the server imports a migration',
      'main/server/x.ts',
      `import { migration } from '../../migrations/0001-foundation.ts';`,
      'imports migrations/0001-foundation.ts',
    ],
    [
      'the desktop imports the renderer',
      'main/desktop/x.ts',
      `import { Shell } from '../../renderer/app/shell.tsx';`,
      'imports renderer/app/shell.tsx',
    ],
    [
      'main imports tests',
      'main/engine/x.ts',
      `import { stores } from '../../tests/support/stores.ts';`,
      'imports tests/support/stores.ts',
    ],
    ['main imports the test runner', 'main/engine/x.ts', `import { vi } from 'vitest';`, `imports 'vitest'`],
    ['the engine imports Stripe', 'main/engine/x.ts', `import Stripe from 'stripe';`, `imports 'stripe'`],
    [
      'one rail imports the kit of another',
      'main/rails/stripe/x.ts',
      `import { xdr } from '@stellar/stellar-sdk';`,
      `imports '@stellar/stellar-sdk'`,
    ],
    [
      'a rail talks to the device',
      'main/rails/stellar/x.ts',
      `import Str from '@ledgerhq/hw-app-str';`,
      `imports '@ledgerhq/hw-app-str'`,
    ],
  ])('%s', (_, file, source, reason) => {
    expect(reasonsAgainst(file, source)).toEqual([expect.stringContaining(`${file}:1 ${reason}`)]);
  });

  test.each([
    ['a type', `import type { App } from 'electron';`],
    ['a type among values', `import { type App } from 'electron';`],
    ['a side effect', `import 'electron';`],
    ['a deep path', `import 'electron/main';`],
    ['a dynamic import', `export const load = () => import('electron');`],
    ['a dynamic import in a template', 'export const load = () => import(`electron`);'],
    ['an import type', `export type App = import('electron').App;`],
    ['a re-export of names', `export { app } from 'electron';`],
    ['a re-export of everything', `export * from 'electron';`],
    ['a re-export of types', `export type { App } from 'electron';`],
    ['require', `const { app } = require('electron');`],
    ['require.resolve', `require.resolve('electron');`],
    ['import = require', `import electron = require('electron');`],
    ['createRequire', `createRequire(import.meta.url)('electron');`],
    ['import.meta.resolve', `import.meta.resolve('electron');`],
  ])('as %s', (_, source) => {
    expect(reasonsAgainst('core/ledger/x.ts', `// first line\n${source}`)).toEqual([
      expect.stringContaining(`core/ledger/x.ts:2 imports 'electron'`),
    ]);
  });

  test('as the script of a worker', () => {
    const source = `new Worker(new URL('../../main/engine/engine-thread.ts', import.meta.url));`;
    expect(reasonsAgainst('renderer/app/x.ts', source)).toEqual([
      expect.stringContaining('imports main/engine/engine-thread.ts'),
    ]);
  });

  test('hidden in a bundler query', () => {
    const source = `import engine from '../../main/engine/engine-thread.ts?worker';`;
    expect(reasonsAgainst('renderer/app/x.ts', source)).toEqual([
      expect.stringContaining('imports main/engine/engine-thread.ts'),
    ]);
  });
});

describe('an import that cannot be checked is refused', () => {
  test.each([
    ['a computed one', `export const load = (name: string) => import(name);`, 'something computed'],
    ['an absolute path', `import '/etc/passwd';`, 'relative or names a package'],
    ['a URL', `import 'file:///etc/passwd';`, 'relative or names a package'],
    ['a path out of the repository', `import '../../../other/x.ts';`, 'outside the repository'],
    ['a file that is not there', `import './missing.ts';`, 'does not exist'],
    ['a file without its ending', `import './accounts';`, 'does not exist'],
  ])('%s', (_, source, reason) => {
    expect(reasonsAgainst('core/ledger/x.ts', source)).toEqual([expect.stringContaining(reason)]);
  });

  test('a file that cannot be parsed stops the check', () => {
    expect(() => reasonsAgainst('core/ledger/x.ts', 'import {')).toThrow('core/ledger/x.ts cannot be parsed');
  });

  test('a repository without sources stops the check', () => {
    expect(() => violations(plant({ 'README.md': '' }))).toThrow('No source files');
  });
});

describe('an import within the boundaries passes', () => {
  test.each([
    [
      'core uses Kysely, zod and node:crypto',
      'core/ledger/x.ts',
      `import 'kysely/readonly'; import 'zod'; import 'node:crypto'; import '../money/minor.ts';`,
    ],
    [
      'the renderer uses the contract and React',
      'renderer/app/x.tsx',
      `import '../../core/contract/index.ts'; import 'react-dom/client'; import '@tanstack/react-query';`,
    ],
    ['the desktop uses electron', 'main/desktop/x.ts', `import { app } from 'electron';`],
    [
      'the store uses its drivers and the migrations',
      'main/store/x.ts',
      `import 'pg'; import 'better-sqlite3'; import '../../migrations/0001-foundation.ts';`,
    ],
    ['a rail uses its own kit', 'main/rails/stellar/x.ts', `import '@stellar/stellar-sdk/rpc';`],
    [
      'tests use everything',
      'tests/x.ts',
      `import 'electron'; import 'pg'; import '../main/store/sqlite.ts'; import '../renderer/app/shell.tsx';`,
    ],
    [
      'a bundler configuration uses the bundler',
      'renderer/vite.config.ts',
      `import { defineConfig } from 'vite'; import path from 'node:path';`,
    ],
    [
      'words in comments and strings are not imports',
      'core/ledger/x.ts',
      `// import 'electron'\nexport const text = "import 'electron'";`,
    ],
  ])('%s', (_, file, source) => {
    expect(reasonsAgainst(file, source)).toEqual([]);
  });
});
