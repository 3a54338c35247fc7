import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 14,
  name: 'second-factor',
  async up() {},
};
