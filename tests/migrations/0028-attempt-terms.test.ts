import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 28);
const THEN = migrations.filter(({ number }) => number <= 28);

forEachStore((_name, open) => {
  it('the step to what attempts were made with tells it from what was set aside before each, never guesses whom it went to, and keeps it', async () => {
    const store = await open({ migrations: BEFORE });
    const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
    const post = async (id: number, kind: string, atMs: number, asset: string, amount: number) => {
      await run(`insert into ledger_transactions (id, key, payload_hash, kind, effective_at_ms, recorded_at_ms, actor, payout_id)
        values (${id}, 'key-${id}', 'h', '${kind}', ${atMs}, ${atMs}, 'stf_ada', 'pay_1')`);
      const first = asset === 'iso:USD' ? 901 : 903;
      await run(
        `insert into ledger_postings values (${id}, 0, ${first}, -${amount}), (${id}, 1, ${first + 1}, ${amount})`,
      );
    };
    const attempt = (number: number, rail: string, atMs: number, payout = 'pay_1') =>
      run(`insert into payout_attempts (id, payout_id, number, rail, key, status, created_at_ms)
        values ('att_${payout}_${number}', '${payout}', ${number}, '${rail}', '${payout}-${number}', 'failed', ${atMs})`);
    await run(`insert into payees (id, reference, name, status, created_at_ms, created_by)
      values ('pye_1', 'P-1', 'Carla', 'active', 10, 'stf_ada')`);
    await run(`insert into destinations (id, payee_id, rail, address, address_key, status, created_at_ms, created_by)
      values ('dst_1', 'pye_1', 'stripe', 'acct_1', 'acct_1', 'confirmed', 10, 'stf_ada')`);
    for (const [id, revision] of [
      ['pay_1', 1],
      ['pay_2', 2],
    ]) {
      await run(`insert into payouts (id, reference, payee_id, destination_id, destination, rail, asset_id, amount_minor, funding,
          status, cycle, revision, version, attempts, requested_by, idempotency_key, payload_hash, created_at_ms, updated_at_ms, source)
        values ('${id}', '${id}', 'pye_1', 'dst_1', '{"address":"acct_1"}', 'stripe', 'iso:EUR', 300, 'direct',
          'completed', 2, ${revision}, 4, 0, 'stf_ada', '${id}', 'h', 10, 20, 'person')`);
    }
    await run(`insert into accounts values (901, 'payee:pye_1', null, '', 'iso:USD', 1), (902, 'treasury', null, 'test:held', 'iso:USD', 1),
      (903, 'payee:pye_1', null, '', 'iso:EUR', 1), (904, 'treasury', null, 'test:held', 'iso:EUR', 1)`);
    await post(9001, 'escrow', 100, 'iso:USD', 700);
    await attempt(1, 'simulated', 110);
    await post(9002, 'escrow_release', 120, 'iso:USD', 700);
    await post(9003, 'escrow', 200, 'iso:EUR', 300);
    await attempt(2, 'stripe', 200);
    // Written down from a provider's history: nothing of it was set aside here. Its payout was edited since.
    await attempt(1, 'stripe', 50, 'pay_2');
    await migrate(store, THEN, { nowMs: 999, beforeChangingRecords: async () => undefined });
    expect(
      await store.rows(sql`select key, asset_id, amount_minor, address from payout_attempts order by key`),
    ).toEqual([
      { key: 'pay_1-1', asset_id: 'iso:USD', amount_minor: 700n, address: 'acct_1' },
      { key: 'pay_1-2', asset_id: 'iso:EUR', amount_minor: 300n, address: 'acct_1' },
      { key: 'pay_2-1', asset_id: 'iso:EUR', amount_minor: 300n, address: null },
    ]);
    for (const refused of [
      "update payout_attempts set amount_minor = 1 where key = 'pay_1-1'",
      "update payout_attempts set asset_id = 'iso:EUR' where key = 'pay_1-1'",
      "update payout_attempts set key = 'other' where key = 'pay_1-1'",
      "update payout_attempts set address = 'acct_1' where key = 'pay_2-1'",
      'delete from payout_attempts',
    ]) {
      await expect(run(refused), refused).rejects.toThrow(/keeps what it began with/);
    }
    await run("update payout_attempts set status = 'completed', provider_reference = 'tr_1' where key = 'pay_1-1'");
  });
});
