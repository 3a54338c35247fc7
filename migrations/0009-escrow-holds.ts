import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 9,
  name: 'escrow-holds',
  up: async () => undefined,
};
