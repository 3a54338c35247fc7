import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 5);
const THEN = migrations.filter(({ number }) => number <= 5);

forEachStore((_name, open) => {
  describe('the step to royalty statements', () => {
    it('adds them beside payees that were there, and the database holds their rules', async () => {
      const store = await open({ migrations: BEFORE });
      await store.transaction(async (tx) => {
        await tx.run(sql`insert into payees (id, reference, name, status, created_at_ms, created_by)
          values ('pye_1', 'P-1', 'Carla', 'active', 10, 'stf_ada')`);
      });
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      const add = (id: string, reference: string, from: string, to: string, total: bigint) =>
        store.transaction((tx) =>
          tx.run(sql`insert into statements (id, reference, payee_id, period_from, period_to, asset_id, total_minor,
              status, created_at_ms, created_by)
            values (${id}, ${reference}, 'pye_1', ${from}, ${to}, 'iso:USD', ${total}, 'open', 1, 'stf_ada')`),
        );
      await add('stm_1', 'ROY-1', '2026-01-01', '2026-01-31', 100n);
      await expect(add('stm_2', 'ROY-1', '2026-01-01', '2026-01-31', 100n)).rejects.toThrow(/unique/i);
      await expect(add('stm_3', 'ROY-3', '2026-02-01', '2026-01-31', 100n)).rejects.toThrow(/check/i);
      await expect(add('stm_4', 'ROY-4', '2026-01-01', '2026-01-31', 0n)).rejects.toThrow(/check/i);
      const gone = store.transaction((tx) => tx.run(sql`update statements set status = 'deleted' where id = 'stm_1'`));
      await expect(gone).rejects.toThrow(/check/i);
    });
  });
});
