import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { scratchFolder } from './tests/support/scratch.ts';

/** Folders of tests/core that need no database; every other folder of it runs on both of them. */
const PURE_CORE = ['canonical', 'contract', 'errors', 'ids', 'money', 'rails'].map(
  (folder) => `tests/core/${folder}/**/*.test.ts`,
);
/** Whole engines and commands, in threads and processes of their own. */
const WITH_ENGINES = [
  'tests/main/cli/**/*.test.ts',
  'tests/main/engine/**/*.test.ts',
  'tests/main/server/service-accounts.test.ts',
  'tests/store/**/*.test.ts',
];
const STORES = 'tests/support/global-stores.ts';
const PROGRAM = 'tests/support/global-program.ts';

/**
 * Five projects: what is quick to say no comes first, and what drives a browser last; the three
 * between run together, so that no processor waits for the last file of one. Nothing is retried and
 * nothing is skipped quietly; a project is chosen with `npm test -- --project unit`.
 */
export default defineConfig({
  // The desktop app's own code runs in tests; what it imports from Electron is a double of it.
  resolve: { alias: { electron: path.join(import.meta.dirname, 'tests/support/electron/module.ts') } },
  test: {
    // A process of its own for each file: a crash of the native driver ends one file, not the run.
    pool: 'forks',
    maxWorkers: 2,
    retry: 0,
    setupFiles: ['tests/support/seed.ts'],
    // What a test writes need not outlive the machine.
    env: { TMPDIR: scratchFolder() },
    allowOnly: false,
    // What is waited for is bounded by the test's own limit, not by how busy the machine is.
    expect: { requireAssertions: true, poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            ...PURE_CORE,
            'tests/house/**/*.test.ts',
            'tests/main/**/*.test.ts',
            'tests/renderer/**/*.test.{ts,tsx}',
          ],
          exclude: ['tests/main/store/**', ...WITH_ENGINES],
          testTimeout: 20_000,
          // They wait for disks and processes as well as for the processor.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'engine',
          include: WITH_ENGINES,
          globalSetup: [STORES, PROGRAM],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'store',
          include: [
            'tests/attacks/**/*.test.ts',
            'tests/core/**/*.test.ts',
            'tests/main/store/**/*.test.ts',
            'tests/migrations/**/*.test.ts',
            'tests/properties/**/*.test.ts',
          ],
          exclude: PURE_CORE,
          globalSetup: STORES,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          globalSetup: PROGRAM,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: PROGRAM,
          // One Chromium for all files of a process: each desk has a context, a home and an engine of its own.
          isolate: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // Each waits for engines, networks and pages more than it works.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
