import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 10,
  name: 'campaigns',
  up: async () => undefined,
};
