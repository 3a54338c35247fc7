import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 11,
  name: 'discounts',
  up: async () => undefined,
};
