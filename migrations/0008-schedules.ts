import type { Migration } from '../core/store/migration.ts';

export const migration: Migration = {
  number: 8,
  name: 'schedules',
  up: async () => undefined,
};
