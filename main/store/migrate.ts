/**
 * Brings a database to the newest schema, one numbered step at a time, each in a transaction of
 * its own. What was applied is written down in the same transaction.
 */
import { sql } from 'kysely';
import { invariant, Refusal } from '../../core/errors/refusal.ts';
import type { Migration } from '../../core/store/migration.ts';
import type { Tx, Writer } from '../../core/store/tx.ts';

export interface MigrateOptions {
  readonly nowMs: number;
  /**
   * Called once before the first step on a database that already holds records: takes a backup,
   * or makes sure that one exists. When it throws, nothing is migrated.
   */
  readonly beforeChangingRecords: () => Promise<void>;
}

/** Gives the numbers of the steps it took. */
export async function migrate(
  writer: Writer,
  migrations: readonly Migration[],
  { nowMs, beforeChangingRecords }: MigrateOptions,
): Promise<readonly number[]> {
  migrations.forEach(({ number }, index) => {
    invariant(number === index + 1, `migration ${index + 1} is in its place in the list`);
  });
  const applied = await appliedMigrations(writer);
  const pending = migrations.slice(applied.length);
  refuseForeignSchema(applied, migrations);
  if (pending.length > 0 && applied.length > 0) await beforeChangingRecords();
  for (const migration of pending) await writer.transaction((tx) => take(tx, migration, nowMs));
  return pending.map(({ number }) => number);
}

/** For a database that this program cannot back up by itself: the operator vouches for the backup. */
export function operatorSaysBackupExists(exists: boolean): () => Promise<void> {
  return async () => {
    if (!exists) throw new Refusal('vault.backup_required');
  };
}

/** The steps a database took; none when it is new. */
async function appliedMigrations(writer: Writer): Promise<readonly { number: bigint; name: string }[]> {
  await writer.transaction(async (tx) => {
    await oneAtATime(tx);
    await tx.run(
      tx.dialect === 'sqlite'
        ? sql`create table if not exists schema_migrations
              (number integer primary key, name text not null, applied_at_ms integer not null) strict`
        : sql`create table if not exists schema_migrations
              (number bigint primary key, name text not null, applied_at_ms bigint not null)`,
    );
  });
  return writer.db.selectFrom('schema_migrations').select(['number', 'name']).orderBy('number').execute();
}

async function take(tx: Tx, migration: Migration, nowMs: number): Promise<void> {
  await oneAtATime(tx);
  const number = BigInt(migration.number);
  const taken = await tx.db
    .selectFrom('schema_migrations')
    .select('number')
    .where('number', '=', number)
    .executeTakeFirst();
  // Another server was first, between the look at the list and this lock.
  if (taken !== undefined) return;
  await migration.up(tx);
  await tx.write
    .insertInto('schema_migrations')
    .values({ number, name: migration.name, applied_at_ms: BigInt(nowMs) })
    .execute();
}

const MIGRATION_LOCK = 7_201_148_359_001n;

async function oneAtATime(tx: Tx): Promise<void> {
  if (tx.dialect === 'postgres') await tx.run(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
}

function refuseForeignSchema(applied: readonly { number: bigint; name: string }[], known: readonly Migration[]): void {
  applied.forEach(({ number, name }, index) => {
    const migration = known[index];
    if (migration === undefined) {
      throw new Refusal('vault.newer', { migration: name, number: Number(number) });
    }
    if (BigInt(migration.number) !== number || migration.name !== name) {
      throw new Error(`The database took migration ${number} as "${name}"; here it is "${migration.name}"`);
    }
  });
}
