/** Every migration, in order. Once shipped, a file is never edited. */
import type { Migration } from '../core/store/migration.ts';
import { migration as foundation } from './0001-foundation.ts';

export const migrations: readonly Migration[] = [foundation];
