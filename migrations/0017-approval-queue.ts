import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 17,
  name: 'approval-queue',
  async up() {},
};
