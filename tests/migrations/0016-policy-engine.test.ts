import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { policyOf } from '../../core/approvals/policy/terms.ts';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 16);
const THEN = migrations.filter(({ number }) => number <= 16);

forEachStore((_name, open) => {
  describe('the step to policies with steps and facts', () => {
    const stepped = async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(`insert into payees (id, reference, name, status, created_at_ms, created_by)
        values ('pye_1', 'P-1', 'Carla', 'active', 10, 'stf_ada')`);
      await run(`insert into destinations (id, payee_id, rail, address, address_key, status, created_at_ms, created_by)
        values ('dst_1', 'pye_1', 'simulated', 'sim:carla', 'sim:carla', 'confirmed', 10, 'stf_ada')`);
      await run(`insert into staff (id, name, name_key, status, public_key, sealed_private_key, kdf, sign_in_verifier, created_at_ms)
        values ('stf_ada', 'Ada', 'ada', 'active', 'aa', '{}', '{}', 'bb', 10)`);
      for (const [id, status] of [
        ['pay_hand', 'pending'],
        ['pay_file', 'approved'],
        ['pay_plan', 'pending'],
      ]) {
        await run(`insert into payouts (id, reference, payee_id, destination_id, destination, rail, asset_id, amount_minor, funding,
            status, cycle, revision, version, attempts, requested_by, idempotency_key, payload_hash, created_at_ms, updated_at_ms)
          values ('${id}', '${id}', 'pye_1', 'dst_1', '{}', 'simulated', 'iso:USD', 100, 'direct',
            '${status}', 0, 1, 1, 0, 'stf_ada', '${id}', '', 10, 10)`);
        await run(`insert into approvals (id, payout_id, revision, staff_id, statement, signature, given_at_ms, expires_at_ms)
          values ('apr_${id}', '${id}', 1, 'stf_ada', '{"what":"countersign payout approval v1"}', '', 20, 30)`);
      }
      await run(`insert into imports (id, file_name, sha256, format, payouts, payees_created, left_out, totals, items_hash, imported_at_ms, imported_by)
        values ('imp_1', 'a.csv', '', 'csv', 1, 0, 0, '[]', '', 10, 'stf_ada')`);
      await run(`insert into import_payouts (payout_id, import_id, line) values ('pay_file', 'imp_1', 2)`);
      await run(`insert into payout_schedules (id, reference, payee_id, destination_id, asset_id, amount_minor, funding, status,
          payout_id, processed_at_ms, written_by, idempotency_key, payload_hash, retry_count,
          version, due_at_ms, on_guarantee, created_at_ms, updated_at_ms)
        values ('sch_1', 'S', 'pye_1', 'dst_1', 'iso:USD', 100, 'direct', 'processed', 'pay_plan', 11, 'stf_ada', 's', '', 0, 1, 10, 0, 10, 10)`);
      await run(`insert into policies (version, rules, created_at_ms, created_by) values
        (1, '[{"when":{},"ask":{"approvals":1,"from":["approver"]}}]', 10, 'stf_ada'),
        (2, '[{"when":{"rails":["stripe"],"fromMinor":"500"},"ask":{"approvals":2,"from":["approver","admin"]}}]', 11, 'stf_ada')`);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      return { store, run };
    };

    it('says what asked for each payout', async () => {
      const { store, run } = await stepped();
      expect(await store.rows(sql`select id, source from payouts order by id`)).toEqual([
        { id: 'pay_file', source: 'file' },
        { id: 'pay_hand', source: 'person' },
        { id: 'pay_plan', source: 'schedule' },
      ]);
      await expect(run(`update payouts set source = 'nobody'`)).rejects.toThrow(/check/i);
    });

    it('turns each version of the policy into rules that ask the same', async () => {
      const { store, run } = await stepped();
      const rows = await store.rows<{ version: bigint; rules: string }>(
        sql`select version, rules from policies order by version`,
      );
      expect(rows.map(({ version, rules }) => policyOf(version, rules).terms)).toEqual([
        {
          rules: [{ id: 'any', name: 'Any payout', when: {}, ask: { steps: [{ approvals: 1, roles: ['approver'] }] } }],
          limits: [],
          separateSigner: false,
        },
        {
          rules: [
            {
              id: 'rule-1',
              name: 'Rule 1',
              when: {
                rails: ['stripe'],
                amounts: ['credit:micro', 'iso:EUR', 'iso:USD'].map((assetId) => ({ assetId, fromMinor: '500' })),
              },
              ask: { steps: [{ approvals: 2, roles: ['approver', 'admin'] }] },
            },
          ],
          limits: [],
          separateSigner: false,
        },
      ]);
      await expect(run(`update policies set rules = '{}'`)).rejects.toThrow(/append only/);
    });

    it('takes approvals of the earlier form off what waits, and leaves what is approved to be sent back', async () => {
      const { store } = await stepped();
      expect(
        await store.rows(sql`select payout_id, voided_at_ms, void_reason from approvals order by payout_id`),
      ).toEqual([
        { payout_id: 'pay_file', voided_at_ms: null, void_reason: null },
        { payout_id: 'pay_hand', voided_at_ms: 20n, void_reason: 'outdated' },
        { payout_id: 'pay_plan', voided_at_ms: 20n, void_reason: 'outdated' },
      ]);
    });
  });
});
