import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 5,
  name: 'statements',
  async up() {},
};
