import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 12,
  name: 'audit-proof',
  async up() {},
};
