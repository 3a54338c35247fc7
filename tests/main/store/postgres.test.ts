import { sql } from 'kysely';
import { describe, expect, inject, it, vi } from 'vitest';
import { openPostgres } from '../../../main/store/postgres/store.ts';
import { createDatabase } from '../../support/postgres.ts';
import { openerOf } from '../../support/stores.ts';

describe('PostgreSQL', () => {
  const open = openerOf('postgres');
  const openWithCounter = async () => {
    const store = await open({ migrations: [] });
    await store.transaction(async (tx) => {
      await tx.run(sql`create table counter (id bigint primary key, n bigint not null)`);
      await tx.run(sql`insert into counter (id, n) values (1, 0), (2, 0)`);
    });
    return store;
  };

  it('does the whole work again when the database lets it lose a deadlock', async () => {
    const store = await openWithCounter();
    const attempts = { forward: 0, backward: 0 };
    const bothHoldOne = Promise.withResolvers<void>();
    let holding = 0;
    const raise = (way: 'forward' | 'backward', ids: readonly [number, number]) =>
      store.transaction(async (tx) => {
        attempts[way]++;
        await tx.run(sql`update counter set n = n + 1 where id = ${ids[0]}`);
        if (++holding === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await tx.run(sql`update counter set n = n + 1 where id = ${ids[1]}`);
      });
    await Promise.all([raise('forward', [1, 2]), raise('backward', [2, 1])]);
    expect(await store.rows(sql`select n from counter`)).toEqual([{ n: 2n }, { n: 2n }]);
    expect(attempts.forward + attempts.backward).toBe(3);
  });

  it('gives up after five attempts', async () => {
    const store = await openWithCounter();
    const work = vi.fn(async () => {
      throw Object.assign(new Error('serialization failure'), { code: '40001' });
    });
    await expect(store.transaction(work)).rejects.toThrow('serialization failure');
    expect(work).toHaveBeenCalledTimes(5);
  });

  it('does not try again what failed for another reason', async () => {
    const store = await openWithCounter();
    const work = vi.fn(async () => {
      throw Object.assign(new Error('unique violation'), { code: '23505' });
    });
    await expect(store.transaction(work)).rejects.toThrow('unique violation');
    expect(work).toHaveBeenCalledOnce();
  });

  it('gives numeric and JSON as text, as SQLite does', async () => {
    const store = await open({ migrations: [] });
    const [row] = await store.rows(
      sql`select 1.50::numeric as n, '{"a":1}'::json as j, '{"a": 1}'::jsonb as b, 7::smallint as s`,
    );
    expect(row).toEqual({ n: '1.50', j: '{"a":1}', b: '{"a": 1}', s: 7n });
  });

  it('ends a statement that takes too long', async () => {
    const database = await createDatabase(inject('postgresUrl'));
    const store = openPostgres({ url: database.url, statementTimeoutMs: 100 });
    await expect(store.rows(sql`select pg_sleep(5)`)).rejects.toThrow('statement timeout');
    await store.close();
    await database.drop();
  });

  it('goes on after the server closed an idle connection, and says so', async () => {
    const idleConnectionLost = vi.fn();
    const store = await open({ migrations: [], hooks: { idleConnectionLost } });
    const [mine] = await store.rows<{ pid: bigint }>(sql`select pg_backend_pid() as pid`);
    const database = await createDatabase(inject('postgresUrl'));
    const other = openPostgres({ url: database.url });
    await other.rows(sql`select pg_terminate_backend(${mine?.pid})`);
    await vi.waitFor(() => expect(idleConnectionLost).toHaveBeenCalled());
    expect(await store.rows(sql`select 1 as one`)).toEqual([{ one: 1n }]);
    await other.close();
    await database.drop();
  });

  it('reads several queries of a snapshot as of one moment', async () => {
    const database = await createDatabase(inject('postgresUrl'));
    const store = openPostgres({ url: database.url });
    await store.transaction((tx) => tx.run(sql`create table t (n bigint)`));
    const other = openPostgres({ url: database.url });
    const reading = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const snapshot = store.snapshot(async (reader) => {
      const before = await reader.rows(sql`select count(*) as n from t`);
      reading.resolve();
      await written.promise;
      return [before, await reader.rows(sql`select count(*) as n from t`)];
    });
    await reading.promise;
    await other.transaction((tx) => tx.run(sql`insert into t values (1)`));
    written.resolve();
    expect(await snapshot).toEqual([[{ n: 0n }], [{ n: 0n }]]);
    await store.close();
    await other.close();
    await database.drop();
  });
});
