import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 30);
const THEN = migrations.filter(({ number }) => number <= 30);

forEachStore((_name, open) => {
  it('the step to attempts that rest has those there are asked about at once, and keeps what they began with', async () => {
    const store = await open({ migrations: BEFORE });
    const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
    await run(`insert into payees (id, reference, name, status, created_at_ms, created_by)
      values ('pye_1', 'P-1', 'Carla', 'active', 10, 'stf_ada')`);
    await run(`insert into destinations (id, payee_id, rail, address, address_key, status, created_at_ms, created_by)
      values ('dst_1', 'pye_1', 'stripe', 'acct_1', 'acct_1', 'confirmed', 10, 'stf_ada')`);
    await run(`insert into payouts (id, reference, payee_id, destination_id, destination, rail, asset_id, amount_minor, funding,
        status, cycle, revision, version, attempts, requested_by, idempotency_key, payload_hash, created_at_ms, updated_at_ms, source)
      values ('pay_1', 'pay_1', 'pye_1', 'dst_1', '{"address":"acct_1"}', 'stripe', 'iso:EUR', 300, 'direct',
        'processing', 1, 1, 4, 2, 'stf_ada', 'pay_1', 'h', 10, 20, 'person')`);
    for (const [number, status] of [
      [1, 'failed'],
      [2, 'open'],
    ]) {
      await run(`insert into payout_attempts (id, payout_id, number, rail, key, asset_id, amount_minor, address, status, created_at_ms)
        values ('att_${number}', 'pay_1', ${number}, 'stripe', 'pay_1-${number}', 'iso:EUR', 300, 'acct_1', '${status}', 30)`);
    }
    await migrate(store, THEN, { nowMs: 999, beforeChangingRecords: async () => undefined });
    expect(await store.rows(sql`select key, status, rest_until_ms from payout_attempts order by number`)).toEqual([
      { key: 'pay_1-1', status: 'failed', rest_until_ms: null },
      { key: 'pay_1-2', status: 'open', rest_until_ms: null },
    ]);
    await run("update payout_attempts set rest_until_ms = 2000 where key = 'pay_1-2'");
    await expect(run("update payout_attempts set amount_minor = 1 where key = 'pay_1-2'")).rejects.toThrow(
      /keeps what it began with/,
    );
  });
});
