import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 4,
  name: 'payees-complete',
  async up() {},
};
