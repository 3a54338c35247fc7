import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { trustProblems } from '../../core/access/trust/tables-check.ts';
import { trustOf } from '../../core/access/trust/trust.ts';
import type { Tx } from '../../core/store/tx.ts';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 13);
const THEN = migrations.filter(({ number }) => number <= 13);
const BEFORE_FOUNDING = migrations.filter(({ number }) => number < 18);
const KEYS = ['aa'.repeat(32), 'bb'.repeat(32), 'cc'.repeat(32)] as const;

async function withPeopleAndActs(tx: Tx): Promise<void> {
  await tx.run(
    sql`insert into vault (one, id, name, network, created_at_ms, generation) values (1, 'vlt_1', 'V', 'live', 5, 1)`,
  );
  await tx.run(sql`insert into staff (id, name, name_key, status, public_key, sealed_private_key, kdf, sign_in_verifier, created_at_ms, left_at_ms)
    values ('stf_ada', 'Ada', 'ada', 'active', ${KEYS[0]}, '{}', '{}', '', 10, null),
      ('stf_ben', 'Ben', 'ben', 'active', ${KEYS[1]}, '{}', '{}', '', 11, null),
      ('stf_eve', 'Eve', 'eve', 'left', ${KEYS[2]}, '{}', '{}', '', 12, 13)`);
  await tx.run(sql`insert into staff_roles (staff_id, role, granted_at_ms, granted_by, revoked_at_ms)
    values ('stf_ada', 'admin', 10, 'stf_ada', null), ('stf_ada', 'approver', 10, 'stf_ada', null),
      ('stf_ben', 'approver', 11, 'stf_ada', null), ('stf_ben', 'signer', 11, 'stf_ada', 12)`);
  await tx.run(sql`insert into policies (version, rules, created_at_ms, created_by)
    values (1, '[{"ask":{"approvals":1,"from":["approver"]},"when":{}}]', 5, 'stf_ada'),
      (2, '[{"ask":{"approvals":2,"from":["approver"]},"when":{}}]', 6, 'stf_ada')`);
  await tx.run(sql`insert into acts (id, kind, subject, terms, status, created_at_ms, done_at_ms)
    values ('act_1', 'unfreeze', 'freeze:1', '{"a":1}', 'done', 20, 21), ('act_2', 'lift_fence', 'vault', '{"b":2}', 'open', 22, null)`);
  await tx.run(sql`insert into act_signatures (act_id, staff_id, statement, signature, signed_at_ms)
    values ('act_1', 'stf_ada', 's1', 'x', 20), ('act_1', 'stf_ben', 's2', 'y', 21), ('act_2', 'stf_ada', 's3', 'z', 22)`);
}

const to = (steps: typeof migrations) => ({
  steps,
  options: { nowMs: 99, beforeChangingRecords: async () => undefined },
});

forEachStore((_name, open) => {
  describe('the step to the chain of trust', () => {
    it('keeps acts and their signatures, which then know governance and have terms of any length', async () => {
      const store = await open({ migrations: BEFORE });
      await store.transaction(withPeopleAndActs);
      const { steps, options } = to(THEN);
      await migrate(store, steps, options);
      expect(
        await store.rows(
          sql`select id, kind, status, created_at_ms, done_at_ms, takes_effect_at_ms from acts order by id`,
        ),
      ).toEqual([
        {
          id: 'act_1',
          kind: 'unfreeze',
          status: 'done',
          created_at_ms: 20n,
          done_at_ms: 21n,
          takes_effect_at_ms: null,
        },
        {
          id: 'act_2',
          kind: 'lift_fence',
          status: 'open',
          created_at_ms: 22n,
          done_at_ms: null,
          takes_effect_at_ms: null,
        },
      ]);
      expect(await store.rows(sql`select act_id, signer from act_signatures order by act_id, signer`)).toEqual([
        { act_id: 'act_1', signer: 'stf_ada' },
        { act_id: 'act_1', signer: 'stf_ben' },
        { act_id: 'act_2', signer: 'stf_ada' },
      ]);
      const long = 'x'.repeat(60_000);
      const add = (id: string) =>
        store.transaction((tx) =>
          tx.run(sql`insert into acts (id, kind, subject, terms, terms_sha256, status, created_at_ms)
            values (${id}, 'policy', 'policy', ${long}, 'h', 'open', 30)`),
        );
      await add('act_3');
      await expect(add('act_4')).rejects.toThrow(/unique/i);
      const edit = store.transaction((tx) => tx.run(sql`update act_signatures set signature = 'w'`));
      await expect(edit).rejects.toThrow('append only');
    });
  });

  describe('the step that founds an older treasury', () => {
    it('takes who is on staff, their roles and keys, and the policy in force, as they stand', async () => {
      const store = await open({ migrations: BEFORE });
      await store.transaction(withPeopleAndActs);
      for (const steps of [BEFORE_FOUNDING, migrations]) await migrate(store, steps, to(steps).options);
      const trust = await trustOf(store);
      expect([...trust.people.values()].map(({ id, publicKey, roles }) => ({ id, publicKey, roles }))).toEqual([
        { id: 'stf_ada', publicKey: KEYS[0], roles: ['admin', 'approver'] },
        { id: 'stf_ben', publicKey: KEYS[1], roles: ['approver'] },
      ]);
      const [policy] = await store.rows<{ rules: string }>(sql`select rules from policies where version = 2`);
      expect(trust.policy).toMatchObject({ version: 2, text: policy?.rules });
      expect(trust).toMatchObject({ network: 'live', settingUp: true, recoveryKey: null, problems: [] });
      expect(await trustProblems(store)).toEqual([]);
    });

    it('founds nothing where there is no treasury yet', async () => {
      const store = await open();
      expect(await store.rows(sql`select 1 from trust_founding`)).toEqual([]);
    });
  });
});
