import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 16,
  name: 'policy-engine',
  async up() {},
};
