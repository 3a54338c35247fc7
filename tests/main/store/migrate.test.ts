import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import type { Migration } from '../../../core/store/migration.ts';
import type { WriteStore } from '../../../main/store/kysely-store.ts';
import { migrate, operatorSaysBackupExists } from '../../../main/store/migrate.ts';
import { forEachStore } from '../../support/stores.ts';

const NOW_MS = 1_700_000_000_000;

const step = (number: number, name: string, up: Migration['up'] = async () => undefined): Migration => ({
  number,
  name,
  up,
});
const first = step(1, 'first', async (tx) => {
  const integer = sql.raw(tx.dialect === 'sqlite' ? 'integer' : 'bigint');
  await tx.run(sql`create table one (id ${integer} primary key)`);
});
const second = step(2, 'second', async (tx) => {
  await tx.run(sql`insert into one (id) values (2)`);
});

const recorded = (store: WriteStore) =>
  store.db.selectFrom('schema_migrations').select(['number', 'name']).orderBy('number').execute();

forEachStore((_name, open) => {
  const run = (
    store: WriteStore,
    migrations: readonly Migration[],
    beforeChangingRecords: () => Promise<void> = async () => undefined,
  ) => migrate(store, migrations, { nowMs: NOW_MS, beforeChangingRecords });

  it('takes the steps in order and writes each down', async () => {
    const store = await open({ migrations: [] });
    expect(await run(store, [first, second])).toEqual([1, 2]);
    expect(await recorded(store)).toEqual([
      { number: 1n, name: 'first' },
      { number: 2n, name: 'second' },
    ]);
    expect(await store.rows(sql`select id from one`)).toEqual([{ id: 2n }]);
    expect(await store.rows(sql`select applied_at_ms from schema_migrations where number = 1`)).toEqual([
      { applied_at_ms: BigInt(NOW_MS) },
    ]);
  });

  it('takes none twice', async () => {
    const store = await open({ migrations: [first] });
    expect(await run(store, [first, second])).toEqual([2]);
    expect(await run(store, [first, second])).toEqual([]);
  });

  it('asks for a backup before it changes records, and not when there are none or nothing to do', async () => {
    const store = await open({ migrations: [] });
    const backUp = vi.fn(async () => {
      expect(await recorded(store)).toHaveLength(1);
    });
    await run(store, [first], backUp);
    await run(store, [first], backUp);
    expect(backUp).not.toHaveBeenCalled();
    await run(store, [first, second], backUp);
    expect(backUp).toHaveBeenCalledOnce();
  });

  it('changes nothing when there is no backup', async () => {
    const store = await open({ migrations: [first] });
    await expect(run(store, [first, second], operatorSaysBackupExists(false))).rejects.toMatchObject({
      code: 'vault.backup_required',
    });
    expect(await recorded(store)).toHaveLength(1);
    expect(await store.rows(sql`select id from one`)).toEqual([]);
    expect(await run(store, [first, second], operatorSaysBackupExists(true))).toEqual([2]);
  });

  it('undoes the step that fails, keeps those before it, and stops there', async () => {
    const store = await open({ migrations: [] });
    const failing = step(2, 'failing', async (tx) => {
      await tx.run(sql`insert into one (id) values (2)`);
      throw new Error('half way');
    });
    const third = step(
      3,
      'third',
      vi.fn(async () => undefined),
    );
    await expect(run(store, [first, failing, third])).rejects.toThrow('half way');
    expect(await recorded(store)).toEqual([{ number: 1n, name: 'first' }]);
    expect(await store.rows(sql`select id from one`)).toEqual([]);
    expect(third.up).not.toHaveBeenCalled();
  });

  it('refuses a database of a newer version', async () => {
    const store = await open({ migrations: [first, second] });
    await expect(run(store, [first])).rejects.toMatchObject({
      code: 'vault.newer',
      data: { migration: 'second', number: 2 },
    });
  });

  it('crashes on a database that took another step of the same number', async () => {
    const store = await open({ migrations: [first] });
    await expect(run(store, [step(1, 'other')])).rejects.toThrow('took migration 1 as "first"');
  });

  it('crashes on a list with a gap', async () => {
    const store = await open({ migrations: [] });
    await expect(run(store, [first, step(3, 'third')])).rejects.toThrow('migration 2 is in its place');
  });

  it('takes each step once when two start at the same time', async () => {
    const store = await open({ migrations: [] });
    await Promise.all([run(store, [first, second]), run(store, [first, second])]);
    expect(await store.rows(sql`select id from one`)).toEqual([{ id: 2n }]);
  });
});
