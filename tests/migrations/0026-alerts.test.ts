import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 26);
const THEN = migrations.filter(({ number }) => number <= 26);

forEachStore((_name, open) => {
  describe('the step to alerts', () => {
    const stepped = async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(`insert into staff (id, name, name_key, status, public_key, sealed_private_key, kdf, sign_in_verifier, created_at_ms)
        values ('stf_ada', 'Ada', 'ada', 'active', 'aa', '{}', '{}', 'bb', 10)`);
      await run(`insert into payees (id, reference, name, status, created_at_ms, created_by)
        values ('pye_1', 'P-1', 'Carla', 'active', 10, 'stf_ada')`);
      await run(`insert into destinations (id, payee_id, rail, address, address_key, status, created_at_ms, created_by)
        values ('dst_1', 'pye_1', 'simulated', 'sim:carla', 'sim:carla', 'confirmed', 10, 'stf_ada')`);
      await run(`insert into payouts (id, reference, payee_id, destination_id, destination, rail, asset_id, amount_minor,
          funding, status, status_before, cycle, revision, version, attempts, requested_by, idempotency_key, payload_hash, created_at_ms, updated_at_ms)
        values ('pay_1', 'R-1', 'pye_1', 'dst_1', '{}', 'simulated', 'iso:USD', 100, 'direct', 'quarantined', 'processing', 1, 1, 1, 0,
          'stf_ada', 'k', 'h', 10, 10)`);
      await run(`insert into payout_attempts (id, payout_id, number, rail, key, status, created_at_ms, ended_at_ms)
        values ('att_1', 'pay_1', 1, 'simulated', 'k1', 'failed', 10, 20)`);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      return { store, run };
    };

    it('leaves payouts and their attempts as they are, and raises nothing by itself', async () => {
      const { store } = await stepped();
      expect(await store.rows(sql`select id, status from payouts`)).toEqual([{ id: 'pay_1', status: 'quarantined' }]);
      expect(await store.rows(sql`select id, ended_at_ms from payout_attempts`)).toEqual([
        { id: 'att_1', ended_at_ms: 20n },
      ]);
      expect(await store.rows(sql`select id from alerts`)).toEqual([]);
    });

    it('holds one open alert for what is wrong with one thing, and keeps those that are cleared', async () => {
      const { run } = await stepped();
      const raise = (id: string, cleared = 'null') =>
        run(`insert into alerts (id, rule, subject, severity, facts, since_ms, raised_at_ms, updated_at_ms, cleared_at_ms)
          values ('${id}', 'sync_lag', 'rail:stripe', 'warning', '{}', 1, 2, 2, ${cleared})`);
      await raise('alr_1');
      await expect(raise('alr_2')).rejects.toThrow(/unique/i);
      await expect(raise('alr_2', '1')).rejects.toThrow(/check/i);
      await run("update alerts set cleared_at_ms = 3 where id = 'alr_1'");
      await raise('alr_2');
      for (const change of ["rule = 'x'", "subject = 'x'", "severity = 'critical'", 'raised_at_ms = 1'])
        await expect(run(`update alerts set ${change} where id = 'alr_2'`)).rejects.toThrow(/keeps what it began with/);
      await expect(run('delete from alerts')).rejects.toThrow(/keeps what it began with/);
    });

    it('wants to know who puts an alert off, and why', async () => {
      const { run } = await stepped();
      await run(`insert into alerts (id, rule, subject, severity, facts, since_ms, raised_at_ms, updated_at_ms)
        values ('alr_1', 'sync_lag', 'rail:stripe', 'warning', '{}', 1, 2, 2)`);
      await expect(run('update alerts set snoozed_at_ms = 3, snoozed_until_ms = 9')).rejects.toThrow(/check/i);
      await expect(run("update alerts set acknowledged_at_ms = 3, acknowledged_by = 'stf_ada'")).rejects.toThrow(
        /check/i,
      );
      await run(
        "update alerts set snoozed_at_ms = 3, snoozed_until_ms = 9, snoozed_by = 'stf_ada', snoozed_reason = 'later'",
      );
    });
  });
});
