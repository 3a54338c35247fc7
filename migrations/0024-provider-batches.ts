import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 24,
  name: 'provider-batches',
  async up() {
    // Nothing yet.
  },
};
