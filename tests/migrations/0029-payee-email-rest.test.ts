import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 29);
const THEN = migrations.filter(({ number }) => number <= 29);

forEachStore((_name, open) => {
  it('the step to addresses that rest leaves those there are in use', async () => {
    const store = await open({ migrations: BEFORE });
    const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
    await run(`insert into payees (id, reference, name, email, status, created_at_ms, created_by)
      values ('pye_1', 'P-1', 'Carla', 'carla@example.com', 'active', 10, 'stf_ada'), ('pye_2', 'P-2', 'Dora', null, 'active', 10, 'stf_ada')`);
    await migrate(store, THEN, { nowMs: 999, beforeChangingRecords: async () => undefined });
    expect(await store.rows(sql`select id, email, email_from_ms from payees order by id`)).toEqual([
      { id: 'pye_1', email: 'carla@example.com', email_from_ms: null },
      { id: 'pye_2', email: null, email_from_ms: null },
    ]);
    await run("update payees set email = 'other@example.com', email_from_ms = 2000 where id = 'pye_1'");
  });
});
