import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 26,
  name: 'alerts',
  async up() {
    // Nothing yet.
  },
};
