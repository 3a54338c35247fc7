import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 13,
  name: 'trust',
  async up() {},
};
