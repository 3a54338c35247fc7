import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 10);
const THEN = migrations.filter(({ number }) => number <= 11);

forEachStore((_name, open) => {
  describe('the steps to campaigns and discounts', () => {
    const stepped = async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(`insert into payees (id, reference, name, status, created_at_ms, created_by)
        values ('pye_1', 'P-1', 'Carla', 'active', 10, 'stf_ada')`);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      return { store, run };
    };
    const campaign = (columns: Readonly<Record<string, string>> = {}) => {
      const all: Record<string, string> = {
        id: "'cmp_1'",
        name: "'Spring'",
        type: "'loyalty'",
        status: "'active'",
        formula: "'{}'",
        budget_minor: '100',
        spent_minor: '0',
        account_cap_minor: '50',
        grants: '0',
        kept_for: "''",
        payload_hash: "''",
        created_by: "'stf_ada'",
        created_at_ms: '1',
        updated_at_ms: '1',
        ...columns,
      };
      return `insert into campaigns (${Object.keys(all).join(', ')}) values (${Object.values(all).join(', ')})`;
    };

    it('stand beside records that were there, and hold budgets and caps', async () => {
      const { store, run } = await stepped();
      await run(campaign());
      await run(
        `insert into campaign_accounts (campaign_id, payee_id, cap_minor, spent_minor) values ('cmp_1', 'pye_1', 50, 50)`,
      );
      for (const [refused, why] of [
        [campaign({ id: "'cmp_2'", spent_minor: '101' }), /check/i],
        [campaign({ id: "'cmp_2'", account_cap_minor: '101' }), /check/i],
        [campaign({ id: "'cmp_2'", status: "'asleep'" }), /check/i],
        [campaign({ id: "'cmp_2'", type: "'bribe'" }), /check/i],
        [campaign({ id: "'cmp_2'", status: "'draft'", spent_minor: '1' }), /check/i],
        ["update campaigns set spent_minor = 101 where id = 'cmp_1'", /check/i],
        ["update campaign_accounts set spent_minor = 51 where campaign_id = 'cmp_1'", /check/i],
        [
          "insert into campaign_accounts (campaign_id, payee_id, cap_minor, spent_minor) values ('cmp_1', 'pye_2', 60, 60)",
          /foreign key/i,
        ],
        ["update campaigns set budget_minor = 1000 where id = 'cmp_1'", /keeps what it began with/],
      ] as const) {
        await expect(run(refused), refused).rejects.toThrow(why);
      }
      const [row] = await store.rows<{ name: string }>(sql`select name from payees`);
      expect(row).toEqual({ name: 'Carla' });
    });

    it('hold what a charge is made of', async () => {
      const { run } = await stepped();
      const charge = (id: string, amount: number, discount: number, paid: number) =>
        run(`insert into charges (id, payee_id, kind, reference, amount_minor, discount_minor, paid_minor, idempotency_key,
            payload_hash, charged_by, charged_at_ms)
          values ('${id}', 'pye_1', 'fee', 'PL-1', ${amount}, ${discount}, ${paid}, '${id}', '', 'stf_ada', 1)`);
      await charge('chg_1', 10, 10, 0);
      await expect(charge('chg_2', 10, 11, -1)).rejects.toThrow(/check/i);
      await expect(charge('chg_2', 10, 5, 4)).rejects.toThrow(/check/i);
      await expect(run('update charges set paid_minor = 0')).rejects.toThrow(/append only/);
      const rule = (id: string, rest: string) =>
        run(`insert into discount_rules (id, name, tiers, combines, status, created_by, created_at_ms, ended_at_ms, end_reason)
          values ('${id}', '${id}', '{}', ${rest})`);
      await rule('dsc_1', "'best_of', 'in_force', 'stf_ada', 1, null, null");
      await expect(rule('dsc_2', "'some', 'in_force', 'stf_ada', 1, null, null")).rejects.toThrow(/check/i);
      await expect(rule('dsc_2', "'best_of', 'ended', 'stf_ada', 1, null, null")).rejects.toThrow(/check/i);
      await expect(run("update discount_rules set tiers = '[]'")).rejects.toThrow(/keeps what it began with/);
    });
  });
});
