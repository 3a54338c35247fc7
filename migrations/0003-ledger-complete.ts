import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 3,
  name: 'ledger-complete',
  async up() {},
};
