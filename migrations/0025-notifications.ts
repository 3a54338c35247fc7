import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 25,
  name: 'notifications',
  async up() {
    // Nothing yet.
  },
};
