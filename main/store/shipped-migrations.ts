/** The migrations that belong to this version of the program; hosts pass them to whatever opens a database. */
import type { Migration } from '../../core/store/migration.ts';
import { migrations } from '../../migrations/index.ts';

export const shippedMigrations: readonly Migration[] = migrations;
