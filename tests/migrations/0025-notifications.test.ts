import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 25);
const THEN = migrations.filter(({ number }) => number <= 25);

forEachStore((_name, open) => {
  describe('the step to notifications', () => {
    it('keeps the records there were, and holds what is said of them to what can be', async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(`insert into staff (id, name, name_key, status, public_key, sealed_private_key, kdf, sign_in_verifier, created_at_ms)
        values ('stf_ada', 'Ada', 'ada', 'active', 'aa', '{}', '{}', 'bb', 10)`);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      expect(await store.rows(sql`select name from staff`)).toEqual([{ name: 'Ada' }]);
      const notice = (id: string, staff: string, due: string, way: string) =>
        `insert into notifications (id, staff_id, kind, topic, urgent, subject, facts, count, at_ms, desktop, mail_due_at_ms, mail_way)
         values ('${id}', '${staff}', 'freeze.set', 'safety', 1, 'freeze:1', '{}', 1, 5, 1, ${due}, ${way})`;
      await run(notice('ntf_1', 'stf_ada', '7', `'soon'`));
      await expect(run(notice('ntf_2', 'stf_bob', 'null', 'null'))).rejects.toThrow(/foreign key/i);
      await expect(run(notice('ntf_2', 'stf_ada', '7', 'null'))).rejects.toThrow(/check/i);
      const endpoint = (id: string, status: string, confirmed: string) =>
        `insert into webhook_endpoints (id, url, events, description, status, created_by, created_at_ms, confirmed_by, confirmed_at_ms, failures, version)
         values ('${id}', 'https://x.example', '[]', '', '${status}', 'stf_ada', 1, ${confirmed}, 0, 1)`;
      await run(endpoint('whe_1', 'active', `'stf_ada', 2`));
      await expect(run(endpoint('whe_2', 'active', 'null, null'))).rejects.toThrow(/check/i);
      await expect(run(`update webhook_endpoints set events = '["*"]'`)).rejects.toThrow(/keeps what it began with/);
      await expect(run(`delete from webhook_endpoints`)).rejects.toThrow(/keeps what it began with/);
    });
  });
});
