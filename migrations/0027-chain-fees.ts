import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 27,
  name: 'chain-fees',
  async up() {
    // Nothing yet.
  },
};
