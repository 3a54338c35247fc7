import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 24);
const THEN = migrations.filter(({ number }) => number <= 24);

forEachStore((_name, open) => {
  describe('the step to batches that wait for a code', () => {
    const stepped = async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(`insert into staff (id, name, name_key, status, public_key, sealed_private_key, kdf, sign_in_verifier, created_at_ms)
        values ('stf_ada', 'Ada', 'ada', 'active', 'aa', '{}', '{}', 'bb', 10)`);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      return { store, run };
    };
    const batch = (columns: Readonly<Record<string, string>> = {}) => {
      const all: Record<string, string> = {
        id: "'bat_1'",
        rail: "'nowpayments'",
        state: "'asking'",
        version: '1',
        payments: '2',
        tries: '0',
        tries_max: '10',
        asked_at_ms: '5',
        ...columns,
      };
      return `insert into provider_batches (${Object.keys(all).join(', ')}) values (${Object.values(all).join(', ')})`;
    };
    const taken = { reference: "'5000'", expires_at_ms: '9' };

    it('keeps the records there were, holds one open on each rail, and keeps what a batch began with', async () => {
      const { store, run } = await stepped();
      expect(await store.rows(sql`select name from staff`)).toEqual([{ name: 'Ada' }]);
      await run(batch());
      for (const [refused, why] of [
        [batch({ id: "'bat_2'" }), /unique/i],
        [batch({ id: "'bat_2'", rail: "'stripe'", state: "'needs_code'" }), /check/i],
        [batch({ id: "'bat_2'", rail: "'stripe'", state: "'released'", ...taken }), /check/i],
        [batch({ id: "'bat_2'", rail: "'stripe'", tries: '11' }), /check/i],
        [batch({ id: "'bat_2'", rail: "'stripe'", state: "'unheard'", ended_at_ms: '6', ...taken }), /check/i],
        [batch({ id: "'bat_2'", rail: "'stripe'", code_given_at_ms: '6', code_given_by: "'Bo'" }), /check/i],
        ["update provider_batches set payments = 3 where id = 'bat_1'", /keeps what it began with/],
        ["delete from provider_batches where id = 'bat_1'", /keeps what it began with/],
      ] as const) {
        await expect(run(refused), refused).rejects.toThrow(why);
      }
      await run("update provider_batches set state = 'needs_code', reference = '5000', expires_at_ms = 9");
      await run("update provider_batches set state = 'lapsed', ended_at_ms = 10");
      await run(batch({ id: "'bat_2'" }));
      await expect(
        run(
          "update provider_batches set state = 'needs_code', reference = '5000', expires_at_ms = 9 where id = 'bat_2'",
        ),
      ).rejects.toThrow(/unique/i);
    });
  });
});
