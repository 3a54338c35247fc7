import { sql } from 'kysely';
import { afterEach, expect, it, vi } from 'vitest';
import type { Migration } from '../../../core/store/migration.ts';
import type { Tx, Writer } from '../../../core/store/tx.ts';
import { forEachStore } from '../../support/stores.ts';

const notes: Migration = {
  number: 1,
  name: 'notes',
  up: async (tx) => {
    const integer = sql.raw(tx.dialect === 'sqlite' ? 'integer' : 'bigint');
    await tx.run(
      sql`create table note (id ${integer} primary key, body text not null, bytes ${sql.raw(tx.dialect === 'sqlite' ? 'blob' : 'bytea')})`,
    );
    await tx.run(
      sql`create table reply (id ${integer} primary key, note_id ${integer} not null references note(id) deferrable initially deferred)`,
    );
  },
};

const add = (tx: Tx, id: bigint, body = 'text') => tx.run(sql`insert into note (id, body) values (${id}, ${body})`);
const ids = async (writer: Writer) =>
  (await writer.rows<{ id: bigint }>(sql`select id from note order by id`)).map(({ id }) => id);

class Expected extends Error {}

forEachStore((name, open) => {
  const opened = (hooks = {}) => open({ migrations: [notes], hooks });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('commits what the work did and gives its result', async () => {
    const store = await opened();
    const result = await store.transaction(async (tx) => {
      const inserted = await add(tx, 1n);
      expect(inserted).toEqual({ rows: [], changed: 1n });
      return 'done';
    });
    expect(result).toBe('done');
    expect(await ids(store)).toEqual([1n]);
  });

  it('undoes everything when the work throws, and throws that very error', async () => {
    const store = await opened();
    const error = new Expected('no');
    const attempt = store.transaction(async (tx) => {
      await add(tx, 1n);
      throw error;
    });
    await expect(attempt).rejects.toBe(error);
    expect(await ids(store)).toEqual([]);
  });

  it('keeps 64-bit integers exact, and gives every integer as a bigint', async () => {
    const store = await opened();
    const biggest = 2n ** 63n - 1n;
    await store.transaction((tx) => add(tx, biggest));
    expect(await ids(store)).toEqual([biggest]);
    const [row] = await store.rows<{ n: unknown; one: unknown }>(sql`select count(*) as n, 1 as one from note`);
    expect(row).toEqual({ n: 1n, one: 1n });
  });

  it('takes a whole JavaScript number for an integer', async () => {
    const store = await opened();
    await store.transaction((tx) => tx.run(sql`insert into note (id, body) values (${7}, 'x')`));
    expect(await store.rows(sql`select id from note where id = ${7}`)).toEqual([{ id: 7n }]);
  });

  it('keeps bytes as they are', async () => {
    const store = await opened();
    const bytes = new Uint8Array([9, 0, 255, 1]).subarray(1);
    await store.transaction((tx) => tx.run(sql`insert into note (id, body, bytes) values (1, 'x', ${bytes})`));
    expect(await store.rows(sql`select bytes from note`)).toEqual([{ bytes: Buffer.from([0, 255, 1]) }]);
  });

  it.each([
    ['a boolean', true],
    ['a fraction', 0.5],
    ['a date', new Date(0)],
    ['undefined', undefined],
    ['an unsafe number', 2 ** 53],
  ])('refuses %s as a parameter', async (_what, value) => {
    const store = await opened();
    await expect(store.rows(sql`select ${value} as v`)).rejects.toThrow('cannot be sent to the database');
  });

  it('tells how many rows a statement changed, with and without RETURNING', async () => {
    const store = await opened();
    await store.transaction(async (tx) => {
      await tx.run(sql`insert into note (id, body) values (1, 'a'), (2, 'b')`);
      expect(await tx.run(sql`update note set body = 'c'`)).toEqual({ rows: [], changed: 2n });
      expect(await tx.run(sql`update note set body = 'd' where id = 3`)).toEqual({ rows: [], changed: 0n });
      expect(await tx.run(sql`delete from note where id = 1 returning id`)).toEqual({
        rows: [{ id: 1n }],
        changed: 1n,
      });
    });
  });

  it('refuses a change outside of a transaction', async () => {
    const store = await opened();
    await expect(store.rows(sql`insert into note (id, body) values (1, 'x')`)).rejects.toThrow(
      name === 'sqlite' ? 'use Writer.transaction' : 'read-only transaction',
    );
    expect(await ids(store)).toEqual([]);
  });

  it('throws when the pool is read inside a transaction, and the transaction can still be saved', async () => {
    const store = await opened();
    await store.transaction(async (tx) => {
      await add(tx, 1n);
      await expect(store.rows(sql`select 1`)).rejects.toThrow('inside a running transaction');
    });
    expect(await ids(store)).toEqual([1n]);
  });

  it('throws when the query builder of the pool is used inside a transaction', async () => {
    const store = await opened();
    const attempt = store.transaction(() => store.db.selectFrom('schema_migrations').selectAll().execute());
    await expect(attempt).rejects.toThrow('inside a running transaction');
  });

  it('throws when a transaction is opened inside another', async () => {
    const store = await opened();
    const attempt = store.transaction(() => store.transaction(async () => 'never'));
    await expect(attempt).rejects.toThrow('inside a running transaction');
  });

  it('throws when a transaction is opened on the query builder, where nothing would guard it', async () => {
    const store = await opened();
    const attempt = store.db.transaction().execute(async () => 'never');
    await expect(attempt).rejects.toThrow('Open transactions with');
    expect(await ids(store)).toEqual([]);
  });

  it('lets what a transaction left running use the pool once it is over', async () => {
    const store = await opened();
    let later: Promise<bigint[]> | undefined;
    let over: () => void = () => undefined;
    const isOver = new Promise<void>((resolve) => {
      over = resolve;
    });
    await store.transaction(async (tx) => {
      await add(tx, 1n);
      later = isOver.then(() => ids(store));
    });
    over();
    expect(await later).toEqual([1n]);
  });

  it('runs transactions that start at the same time without losing any', async () => {
    const store = await opened();
    const all = Array.from({ length: 20 }, (_, index) => store.transaction((tx) => add(tx, BigInt(index))));
    await Promise.all(all);
    expect(await ids(store)).toHaveLength(20);
  });

  it('never shows the pool what a running transaction has not committed', async () => {
    const store = await opened();
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const writing = store.transaction(async (tx) => {
      await add(tx, 1n);
      started.resolve();
      await finish.promise;
      throw new Expected('undone');
    });
    await started.promise;
    const read = ids(store);
    finish.resolve();
    await expect(writing).rejects.toThrow(Expected);
    expect(await read).toEqual([]);
  });

  it('does not commit a transaction that swallowed a failed statement', async () => {
    const store = await opened();
    const attempt = store.transaction(async (tx) => {
      await add(tx, 1n);
      await expect(add(tx, 1n)).rejects.toThrow(/unique/i);
      return 'swallowed';
    });
    await expect(attempt).rejects.toThrow();
    expect(await ids(store)).toEqual([]);
    await store.transaction((tx) => add(tx, 2n));
    expect(await ids(store)).toEqual([2n]);
  });

  it('undoes a transaction whose commit is refused, and goes on afterwards', async () => {
    const store = await opened();
    const attempt = store.transaction((tx) => tx.run(sql`insert into reply (id, note_id) values (1, 99)`));
    await expect(attempt).rejects.toThrow(/foreign key/i);
    await store.transaction((tx) => add(tx, 1n));
    expect(await store.rows(sql`select id from reply`)).toEqual([]);
  });

  it('never lets a failing rollback hide the first error', async () => {
    const rollbackFailed = vi.fn();
    const store = await opened({ rollbackFailed });
    const error = new Expected('first');
    const attempt = store.transaction(async (tx) => {
      await add(tx, 1n);
      // Ends the transaction behind the driver's back, or its whole connection.
      if (name === 'postgres') {
        await tx.run(sql`select pg_terminate_backend(pg_backend_pid())`).catch(() => undefined);
      }
      throw error;
    });
    await expect(attempt).rejects.toBe(error);
    if (name === 'postgres') expect(rollbackFailed).toHaveBeenCalledOnce();
    expect(await ids(store)).toEqual([]);
  });

  it('reports a slow statement by its text, without the parameters', async () => {
    const slowStatement = vi.fn();
    const store = await opened({ slowStatement });
    const secret = 'the amount of the payout';
    const slow =
      name === 'sqlite'
        ? sql`with recursive c(x) as (select 1 union all select x + 1 from c where x < 3000000) select count(*), ${secret} from c`
        : sql`select pg_sleep(0.3), ${secret}::text`;
    await store.rows(slow);
    await store.rows(sql`select 1`);
    expect(slowStatement).toHaveBeenCalledOnce();
    const [statement] = slowStatement.mock.calls[0] as [{ sql: string; durationMs: number }];
    expect(statement.durationMs).toBeGreaterThan(200);
    expect(statement.sql).not.toContain(secret);
  });
});
