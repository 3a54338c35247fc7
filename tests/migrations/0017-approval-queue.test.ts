import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 17);
const THEN = migrations.filter(({ number }) => number <= 17);

forEachStore((_name, open) => {
  describe('the step to the approval queue', () => {
    const stepped = async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(`insert into staff (id, name, name_key, status, public_key, sealed_private_key, kdf, sign_in_verifier, created_at_ms)
        values ('stf_ada', 'Ada', 'ada', 'active', 'aa', '{}', '{}', 'bb', 10)`);
      await run(`insert into payees (id, reference, name, status, created_at_ms, created_by)
        values ('pye_1', 'P-1', 'Carla', 'active', 10, 'stf_ada')`);
      await run(`insert into destinations (id, payee_id, rail, address, address_key, status, created_at_ms, created_by)
        values ('dst_1', 'pye_1', 'simulated', 'sim:carla', 'sim:carla', 'proposed', 10, 'stf_ada')`);
      await run(`insert into payouts (id, reference, payee_id, destination_id, destination, rail, asset_id, amount_minor,
          funding, status, cycle, revision, version, attempts, requested_by, idempotency_key, payload_hash, created_at_ms, updated_at_ms)
        values ('pay_1', 'R-1', 'pye_1', 'dst_1', '{}', 'simulated', 'iso:USD', 100, 'direct', 'pending', 0, 1, 1, 0,
          'stf_ada', 'k', 'h', 10, 10)`);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      return { store, run };
    };

    it('leaves what waits where it is, to be laid out when the vault is opened', async () => {
      const { store } = await stepped();
      expect(await store.rows(sql`select id, status from payouts`)).toEqual([{ id: 'pay_1', status: 'pending' }]);
      expect(await store.rows(sql`select payout_id from approval_queue`)).toEqual([]);
      expect(await store.rows(sql`select laid_out_at_ms from approval_queue_state`)).toEqual([
        { laid_out_at_ms: null },
      ]);
    });

    it('holds one open request for changes of each payout, as it was asked', async () => {
      const { run } = await stepped();
      const request = (id: string, closed = 'null, null, null') =>
        run(`insert into change_requests (id, payout_id, revision, asked_by, text, asked_at_ms, closed_at_ms, closed_by, outcome)
          values ('${id}', 'pay_1', 1, 'stf_ada', 'more', 1, ${closed})`);
      await request('chr_1');
      await expect(request('chr_2')).rejects.toThrow(/unique/i);
      await request('chr_2', "2, 'stf_ada', 'lifted'");
      await expect(request('chr_3', "2, 'stf_ada', null")).rejects.toThrow(/check/i);
      await expect(request('chr_3', "2, null, 'lifted'")).rejects.toThrow(/check/i);
      await expect(request('chr_3', "2, 'stf_ada', 'forgotten'")).rejects.toThrow(/check/i);
      await expect(run("update change_requests set text = 'less'")).rejects.toThrow(/keeps what it began with/);
      await run(
        "update change_requests set closed_at_ms = 3, closed_by = 'stf_ada', outcome = 'edited' where id = 'chr_1'",
      );
    });

    it('holds one saved view of a name for each person', async () => {
      const { run } = await stepped();
      const view = (id: string) =>
        run(`insert into saved_views (id, staff_id, name, name_key, filter, sort, created_at_ms)
          values ('${id}', 'stf_ada', 'Mine', 'mine', '{}', '{}', 1)`);
      await view('viw_1');
      await expect(view('viw_2')).rejects.toThrow(/unique/i);
    });
  });
});
