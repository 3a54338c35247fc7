import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 14);
const THEN = migrations.filter(({ number }) => number <= 15);

forEachStore((_name, open) => {
  describe('the steps to second factors and service accounts', () => {
    const stepped = async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(`insert into staff (id, name, name_key, status, public_key, sealed_private_key, kdf, sign_in_verifier, created_at_ms)
        values ('stf_ada', 'Ada', 'ada', 'active', 'aa', '{}', '{}', 'bb', 10)`);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      return { store, run };
    };
    const factor = (columns: Readonly<Record<string, string>> = {}) => {
      const all: Record<string, string> = {
        id: "'fct_1'",
        staff_id: "'stf_ada'",
        sealed_secret: "'sealed'",
        status: "'in_force'",
        last_step: '1',
        begun_at_ms: '1',
        confirmed_at_ms: '2',
        ended_at_ms: 'null',
        end_reason: 'null',
        ...columns,
      };
      return `insert into second_factors (${Object.keys(all).join(', ')}) values (${Object.values(all).join(', ')})`;
    };

    it('keep who was on staff, none of whom has a second factor yet, and hold one in force for each', async () => {
      const { store, run } = await stepped();
      const [person] = await store.rows<{ name: string }>(sql`select name from staff`);
      expect(person).toEqual({ name: 'Ada' });
      await run(factor());
      await run(factor({ id: "'fct_2'", status: "'waiting'", confirmed_at_ms: 'null' }));
      for (const [refused, why] of [
        [factor({ id: "'fct_3'" }), /unique/i],
        [factor({ id: "'fct_3'", status: "'waiting'" }), /unique/i],
        [factor({ id: "'fct_3'", staff_id: "'stf_nobody'" }), /foreign key/i],
        [factor({ id: "'fct_3'", status: "'ended'" }), /check/i],
        [factor({ id: "'fct_3'", status: "'ended'", ended_at_ms: '3', end_reason: "'bored'" }), /check/i],
        ["update second_factors set confirmed_at_ms = null where id = 'fct_1'", /check/i],
        ["update second_factors set sealed_secret = 'mine' where id = 'fct_1'", /keeps what it began with/],
        ["delete from second_factors where id = 'fct_1'", /keeps what it began with/],
      ] as const) {
        await expect(run(refused), refused).rejects.toThrow(why);
      }
      await run(`update second_factors set status = 'ended', ended_at_ms = 3, end_reason = 'reset' where id = 'fct_1'`);
      await run(factor({ id: "'fct_3'" }));
    });

    it('hold recovery codes that are used once and not taken away', async () => {
      const { run } = await stepped();
      await run(factor());
      await run(`insert into recovery_codes (factor_id, code_hash, made_at_ms) values ('fct_1', 'aa', 1)`);
      await expect(run(`update recovery_codes set code_hash = 'bb'`)).rejects.toThrow(/keeps what it began with/);
      await expect(run('delete from recovery_codes')).rejects.toThrow(/keeps what it began with/);
      await run('update recovery_codes set used_at_ms = 2');
      await expect(run('update recovery_codes set ended_at_ms = 3')).rejects.toThrow(/check/i);
    });

    it('hold what was answered to whom, and how often they wrote', async () => {
      const { run } = await stepped();
      const request = (status: string, answer: string) =>
        run(`insert into idempotent_requests (caller, key, request_hash, status, turn, begun_at_ms, answer)
          values ('service:billing', '${status}', 'aa', '${status}', 't', 1, ${answer})`);
      await request('begun', 'null');
      await request('answered', "'{}'");
      await expect(request('committed', "'{}'")).rejects.toThrow(/check/i);
      await expect(request('answered', 'null')).rejects.toThrow(/check|unique/i);
      await expect(
        run(`insert into write_counts (caller, surface, second, writes) values ('x', 'rpc', 1, 1)`),
      ).rejects.toThrow(/check/i);
    });
  });
});
