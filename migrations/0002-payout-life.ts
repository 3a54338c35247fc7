import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 2,
  name: 'payout-life',
  async up() {},
};
