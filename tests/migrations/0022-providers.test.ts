import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

const BEFORE = migrations.filter(({ number }) => number < 22);
const THEN = migrations.filter(({ number }) => number <= 22);

forEachStore((_name, open) => {
  describe('the step to accounts at providers', () => {
    const stepped = async () => {
      const store = await open({ migrations: BEFORE });
      const run = (statement: string) => store.transaction((tx) => tx.run(sql.raw(statement)));
      await run(`insert into sync_cursors (provider, cursor, updated_at_ms) values ('simulated', '41', 10)`);
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      return { store, run };
    };
    const delivery = (rail: string, id: string) =>
      `insert into provider_webhooks (rail, delivery_id, received_at_ms, told_at_ms, kind, raw)
       values ('${rail}', '${id}', 5, null, 'transfer.created', '{}')`;

    it('keeps how far providers were read, and takes one account of each and each piece of news once', async () => {
      const { store, run } = await stepped();
      expect(await store.rows(sql`select cursor from sync_cursors`)).toEqual([{ cursor: '41' }]);
      await run(`insert into provider_accounts (rail, account, since_ms) values ('stripe', 'acct_1', 5)`);
      await run(delivery('stripe', 'evt_1'));
      await run(delivery('nowpayments', 'evt_1'));
      for (const [refused, why] of [
        [`insert into provider_accounts (rail, account, since_ms) values ('stripe', 'acct_2', 6)`, /unique/i],
        [`insert into provider_accounts (rail, account, since_ms) values ('simulated', 'acct_2', 6)`, /check/i],
        [delivery('stripe', 'evt_1'), /unique/i],
        ['delete from provider_webhooks', /append only/],
        [`update provider_webhooks set raw = ''`, /append only/],
      ] as const) {
        await expect(run(refused), refused).rejects.toThrow(why);
      }
    });
  });
});
