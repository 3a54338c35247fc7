import type { Migration } from '../core/store/migration.ts';
import { addColumn } from './ddl.ts';

/** A payee's other e-mail address rests before anything is mailed to it. Those there are have been used, and do not. */
export const migration: Migration = {
  number: 29,
  name: 'payee-email-rest',
  async up(tx) {
    await addColumn(tx, 'payees', 'email_from_ms bigint');
  },
};
