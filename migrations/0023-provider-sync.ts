import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 23,
  name: 'provider-sync',
  async up() {
    // Nothing yet.
  },
};
