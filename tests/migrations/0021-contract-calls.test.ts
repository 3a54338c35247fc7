import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 21);
const THEN = migrations.filter(({ number }) => number <= 21);

const TRANSACTION = {
  id: "'txn_1'",
  network: "'sandbox'",
  source: "'G1'",
  sequence: '7',
  hash: "'aa'",
  mode: "'signers'",
  state: "'built'",
  version: '1',
  envelope: "'AAAA'",
  authority: "'{}'",
  payments: '1',
  fee_minor: '100',
  max_time_s: '1000',
  ledger_before: '5',
  submissions: '0',
  built_by: "'Ada'",
  built_at_ms: '1',
};
const insert = (columns: Readonly<Record<string, string>> = {}) => {
  const all = { ...TRANSACTION, ...columns };
  return `insert into chain_transactions (${Object.keys(all).join(', ')}) values (${Object.values(all).join(', ')})`;
};

forEachStore((_name, open) => {
  describe('the step to contract calls', () => {
    const stepped = async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(insert());
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      return { store, run };
    };

    it('keeps the transactions there were, as payments of their own', async () => {
      const { store } = await stepped();
      expect(
        await store.rows(sql`select id, call_terms, resource_fee_minor, simulated_at_ms from chain_transactions`),
      ).toEqual([{ id: 'txn_1', call_terms: null, resource_fee_minor: 0n, simulated_at_ms: null }]);
    });

    it('keeps of a call what it began with, and lets only its trial be of another time', async () => {
      const { run } = await stepped();
      const call = { id: "'txn_2'", hash: "'bb'", source: "'G2'", call_terms: "'{}'", resource_fee_minor: '60' };
      for (const [refused, why] of [
        [insert(call), /check/i],
        [insert({ ...call, simulated_at_ms: '5', resource_fee_minor: '100' }), /check/i],
        [insert({ id: "'txn_2'", hash: "'bb'", source: "'G2'", simulated_at_ms: '5' }), /check/i],
      ] as const) {
        await expect(run(refused), refused).rejects.toThrow(why);
      }
      await run(insert({ ...call, simulated_at_ms: '5' }));
      await run("update chain_transactions set simulated_at_ms = 6 where id = 'txn_2'");
      for (const refused of [
        "update chain_transactions set call_terms = '[]' where id = 'txn_2'",
        "update chain_transactions set resource_fee_minor = 1 where id = 'txn_2'",
        "update chain_transactions set hash = 'dd' where id = 'txn_1'",
        "delete from chain_transactions where id = 'txn_1'",
      ]) {
        await expect(run(refused), refused).rejects.toThrow(/keeps what it began with/);
      }
    });
  });
});
