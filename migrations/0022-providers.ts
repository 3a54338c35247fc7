import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 22,
  name: 'providers',
  async up() {
    // Nothing yet.
  },
};
