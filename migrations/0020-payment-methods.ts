import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 20,
  name: 'payment-methods',
  async up() {
    // Nothing yet.
  },
};
