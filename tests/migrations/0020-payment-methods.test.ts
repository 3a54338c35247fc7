import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 20);
const THEN = migrations.filter(({ number }) => number <= 20);

const ACCOUNT = 'GAAQEAY4HYBKJGGX25ATOD5VZDK6LKVVE6ERJRC2CXBKHX72ZMBDPUZC';
const MUXED = 'MAAQEAY4HYBKJGGX25ATOD5VZDK6LKVVE6ERJRC2CXBKHX72ZMBDOAAAAAAAAAAAA4BN6';

forEachStore((_name, open) => {
  describe('the step to ways of paying', () => {
    const stepped = async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(
        `insert into payees (id, reference, name, status, created_at_ms, created_by) values ('pye_1', 'P-1', 'Ana', 'active', 1, 'stf_1')`,
      );
      for (const [id, address, likeness] of [
        ['dst_1', ACCOUNT, 'gaaq…puzc'],
        ['dst_2', MUXED, 'maaq…4bn6'],
      ]) {
        await run(`insert into destinations (id, payee_id, rail, address, address_key, likeness, status, created_at_ms, created_by)
          values ('${id}', 'pye_1', 'stellar', '${address}', '${address}', '${likeness}', 'confirmed', 1, 'stf_1')`);
      }
      await run(`insert into payouts (id, reference, payee_id, destination_id, destination, rail, asset_id, amount_minor, funding,
          status, cycle, revision, version, attempts, requested_by, idempotency_key, payload_hash, created_at_ms, updated_at_ms, source)
        values ('pay_1', 'R-1', 'pye_1', 'dst_1', '{}', 'stellar', 'iso:USD', 5, 'direct',
          'pending', 0, 1, 1, 0, 'stf_1', 'k', 'h', 1, 1, 'person')`);
      await run(`insert into chain_transactions (id, network, source, sequence, hash, mode, state, version, envelope, authority,
          payments, fee_minor, max_time_s, ledger_before, submissions, built_by, built_at_ms)
        values ('txn_1', 'sandbox', 'G1', 7, 'aa', 'signers', 'built', 1, 'AAAA', '{}', 1, 100, 1000, 5, 0, 'Ada', 1)`);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      return { store, run };
    };

    it('leaves every payout an ordinary payment, and tells whose muxed addresses are', async () => {
      const { store } = await stepped();
      expect(await store.rows(sql`select method, reclaim_after_s from payouts`)).toEqual([
        { method: 'payment', reclaim_after_s: null },
      ]);
      expect(await store.rows(sql`select purpose from chain_transactions`)).toEqual([{ purpose: 'pay' }]);
      expect(
        await store.rows(sql`select id, account_key, likeness, written_likeness from destinations order by id`),
      ).toEqual([
        { id: 'dst_1', account_key: ACCOUNT, likeness: 'gaaq…puzc', written_likeness: null },
        { id: 'dst_2', account_key: ACCOUNT, likeness: 'gaaq…puzc', written_likeness: 'maaq…4bn6' },
      ]);
    });

    it('keeps a way of paying together with its terms, and what a balance began with', async () => {
      const { store, run } = await stepped();
      const balance = (state: string, hash: string, ended: string, amount = 5) =>
        `insert into claimable_balances (id, network, payout_id, transaction_id, position, asset_id, amount_minor, ledger,
           created_at_ms, reclaimable_from_ms, state, hash, ended_at_ms, looked_at_ms)
         values ('00', 'sandbox', 'pay_1', 'txn_1', 0, 'iso:USD', ${amount}, 6, 10, 20, '${state}', ${hash}, ${ended}, 10)`;
      await run(`update payouts set method = 'claimable_balance', reclaim_after_s = 3600`);
      for (const [refused, why] of [
        [`update payouts set method = 'payment'`, /check/i],
        [`update payouts set reclaim_after_s = null`, /check/i],
        [`update payouts set reclaim_after_s = 0`, /check/i],
        [`update payouts set method = 'cheque'`, /check/i],
        [`update chain_transactions set purpose = 'play'`, /check/i],
        [balance('open', "'aa'", 'null'), /check/i],
        [balance('open', 'null', 'null', 0), /check/i],
        [balance('claimed', 'null', '12'), /check/i],
        [balance('reclaimed', "'aa'", 'null'), /check/i],
      ] as const) {
        await expect(run(refused), refused).rejects.toThrow(why);
      }
      await run(balance('open', 'null', 'null'));
      await run(`insert into chain_reclaims (transaction_id, position, balance_id) values ('txn_1', 0, '00')`);
      await run(`update claimable_balances set state = 'claimed', hash = 'bb', ended_at_ms = 15`);
      for (const other of ['ledger = 7', 'amount_minor = 4', "asset_id = 'iso:EUR'"]) {
        await expect(run(`update claimable_balances set ${other}`)).rejects.toThrow(/keeps what it began with/);
      }
      await expect(run('delete from claimable_balances')).rejects.toThrow(/keeps what it began with/);
      await expect(run('update chain_reclaims set position = 1')).rejects.toThrow(/append only/);
      expect(await store.rows(sql`select state from claimable_balances`)).toEqual([{ state: 'claimed' }]);
    });
  });
});
