import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 15,
  name: 'service-accounts',
  async up() {},
};
