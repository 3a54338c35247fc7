import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 7,
  name: 'jobs',
  up: async () => undefined,
};
