/** Every migration, in order. Once shipped, a file is never edited. */
import type { Migration } from '../core/store/migration.ts';
import { migration as foundation } from './0001-foundation.ts';
import { migration as payoutLife } from './0002-payout-life.ts';
import { migration as ledgerComplete } from './0003-ledger-complete.ts';
import { migration as payeesComplete } from './0004-payees-complete.ts';
import { migration as statements } from './0005-statements.ts';
import { migration as imports } from './0006-imports.ts';

export const migrations: readonly Migration[] = [
  foundation,
  payoutLife,
  ledgerComplete,
  payeesComplete,
  statements,
  imports,
];
