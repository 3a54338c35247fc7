import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 6,
  name: 'imports',
  async up() {},
};
