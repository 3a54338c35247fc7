import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 21,
  name: 'contract-calls',
  async up() {
    // Nothing yet.
  },
};
