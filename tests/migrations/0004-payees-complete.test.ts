import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { getPayee } from '../../core/payees/payees.ts';
import type { Tx } from '../../core/store/tx.ts';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 4);
const THEN = migrations.filter(({ number }) => number <= 4);

async function withPayees(tx: Tx): Promise<void> {
  await tx.run(sql`insert into payees (id, reference, name, email, status, created_at_ms, created_by) values
    ('pye_1', 'P-1', 'Carla', null, 'active', 10, 'stf_ada'), ('pye_2', 'P-2', 'Dora', 'd@example.com', 'closed', 11, 'stf_ada')`);
  await tx.run(sql`insert into destinations (id, payee_id, rail, address, status, created_at_ms, created_by) values
    ('dst_1', 'pye_1', 'simulated', 'sim:abcd-first-of-them-wxyz', 'confirmed', 10, 'stf_ada'),
    ('dst_2', 'pye_1', 'nowpayments', '0xDE0B295669A9FD93D5F28D9EC85E40F4CB697BAE', 'proposed', 12, 'stf_ben'),
    ('dst_3', 'pye_2', 'simulated', 'sim:short', 'retired', 11, 'stf_ada')`);
}

forEachStore((_name, open) => {
  describe('the step to complete payees', () => {
    it('keeps payees and destinations, and whoever vouched for an address then is who confirmed it', async () => {
      const store = await open({ migrations: BEFORE });
      await store.transaction(withPayees);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });

      const carla = await getPayee(store, 'pye_1');
      expect(carla).toMatchObject({ reference: 'P-1', tags: [], version: 1n, closedReason: null });
      expect(carla.destinations).toMatchObject([
        { id: 'dst_1', status: 'confirmed', confirmedAtMs: 10, confirmedBy: 'stf_ada', usableFromMs: 10, memo: null },
        { id: 'dst_2', status: 'proposed', proposedBy: 'stf_ben', confirmedBy: null, usableFromMs: null },
      ]);
      const rows = await store.rows<{ id: string; address_key: string; likeness: string | null }>(
        sql`select id, address_key, likeness from destinations order by id`,
      );
      expect(rows).toEqual([
        { id: 'dst_1', address_key: 'sim:abcd-first-of-them-wxyz', likeness: 'abcd…wxyz' },
        { id: 'dst_2', address_key: '0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae', likeness: 'de0b…7bae' },
        { id: 'dst_3', address_key: 'sim:short', likeness: null },
      ]);
    });

    it('refuses what no destination can be from then on', async () => {
      const store = await open({ migrations: BEFORE });
      await store.transaction(withPayees);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      const twice = store.transaction((tx) =>
        tx.run(sql`insert into destinations (id, payee_id, rail, address, address_key, status, created_at_ms, created_by)
          values ('dst_9', 'pye_1', 'simulated', 'sim:abcd-first-of-them-wxyz', 'sim:abcd-first-of-them-wxyz', 'proposed', 1, 'x')`),
      );
      await expect(twice).rejects.toThrow(/unique/i);
      const halfMemo = store.transaction((tx) =>
        tx.run(sql`update destinations set memo_value = 'x' where id = 'dst_1'`),
      );
      await expect(halfMemo).rejects.toThrow(/check/i);
    });
  });
});
