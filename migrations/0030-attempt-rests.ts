import type { Migration } from '../core/store/migration.ts';
import { addColumn } from './ddl.ts';

/** Until when the provider is not asked about this attempt again, because it could not say what became of it. */
export const migration: Migration = {
  number: 30,
  name: 'attempt-rests',
  async up(tx) {
    await addColumn(tx, 'payout_attempts', 'rest_until_ms bigint');
  },
};
