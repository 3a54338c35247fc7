import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 19);
const THEN = migrations.filter(({ number }) => number <= 19);

forEachStore((_name, open) => {
  describe('the step to transactions of our own', () => {
    const stepped = async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(`insert into staff (id, name, name_key, status, public_key, sealed_private_key, kdf, sign_in_verifier, created_at_ms)
        values ('stf_ada', 'Ada', 'ada', 'active', 'aa', '{}', '{}', 'bb', 10)`);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      return { store, run };
    };
    const transaction = (columns: Readonly<Record<string, string>> = {}) => {
      const all: Record<string, string> = {
        id: "'txn_1'",
        network: "'sandbox'",
        source: "'G1'",
        sequence: '7',
        hash: "'aa'",
        mode: "'signers'",
        state: "'built'",
        version: '1',
        envelope: "'AAAA'",
        signed_envelope: 'null',
        authority: "'{}'",
        payments: '1',
        fee_minor: '100',
        max_time_s: '1000',
        ledger_before: '5',
        handed_out_at_ms: 'null',
        submissions: '0',
        ledger: 'null',
        fee_charged_minor: 'null',
        words: 'null',
        built_by: "'Ada'",
        built_at_ms: '1',
        signed_at_ms: 'null',
        submitted_at_ms: 'null',
        ended_at_ms: 'null',
        ...columns,
      };
      return `insert into chain_transactions (${Object.keys(all).join(', ')}) values (${Object.values(all).join(', ')})`;
    };

    it('keeps the records there were, and holds one under way for each account', async () => {
      const { store, run } = await stepped();
      expect(await store.rows(sql`select name from staff`)).toEqual([{ name: 'Ada' }]);
      await run(transaction());
      await run(transaction({ id: "'txn_2'", hash: "'bb'", source: "'G2'" }));
      for (const [refused, why] of [
        [transaction({ id: "'txn_3'", hash: "'cc'" }), /unique/i],
        [transaction({ id: "'txn_3'", hash: "'aa'", source: "'G3'" }), /unique/i],
        [transaction({ id: "'txn_3'", hash: "'cc'", source: "'G3'", state: "'signed'" }), /check/i],
        [transaction({ id: "'txn_3'", hash: "'cc'", source: "'G3'", state: "'expired'" }), /check/i],
        [transaction({ id: "'txn_3'", hash: "'cc'", source: "'G3'", mode: "'magic'" }), /check/i],
        [
          transaction({ id: "'txn_3'", hash: "'cc'", source: "'G3'", state: "'confirmed'", ended_at_ms: '9' }),
          /check/i,
        ],
        ["update chain_transactions set hash = 'dd' where id = 'txn_1'", /keeps what it began with/],
        ["update chain_transactions set envelope = 'BBBB' where id = 'txn_1'", /keeps what it began with/],
        ["update chain_transactions set max_time_s = 2000 where id = 'txn_1'", /keeps what it began with/],
        ["update chain_transactions set state = 'submitted', submissions = 1, submitted_at_ms = 2", /check/i],
        ["delete from chain_transactions where id = 'txn_1'", /keeps what it began with/],
      ] as const) {
        await expect(run(refused), refused).rejects.toThrow(why);
      }
      await run("update chain_transactions set state = 'expired', ended_at_ms = 3 where id = 'txn_1'");
      await run(transaction({ id: "'txn_3'", hash: "'cc'" }));
    });

    it('keeps higher bids as they were made', async () => {
      const { run } = await stepped();
      await run(transaction());
      await run(`insert into chain_bumps values ('b1', 'txn_1', 'G1', 1000, 'CCCC', 5)`);
      await expect(run("update chain_bumps set envelope = 'DDDD'")).rejects.toThrow(/append only/);
      await expect(run('delete from chain_bumps')).rejects.toThrow(/append only/);
    });
  });
});
