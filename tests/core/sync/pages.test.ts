import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { PayoutProvider, ProviderRecord } from '../../../core/rails/provider.ts';
import type { Actor } from '../../../core/store/command.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import { unreliableRail } from '../../properties/unreliable-rail.ts';
import { forEachStore, type OpenStore, openerOf } from '../../support/stores.ts';
import { testTreasury, USD } from '../../support/treasury.ts';

const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
type Page = Awaited<ReturnType<PayoutProvider['listSince']>>;

const record = (number: number): ProviderRecord => ({
  eventId: `event-${number}`,
  reference: `ref-${number}`,
  key: null,
  status: 'completed',
  amountMinor: 1n,
  assetId: USD,
  atMs: number,
  raw: '{}',
});

const listing = async (open: OpenStore, pageAfter: (cursor: string | null) => Page) => {
  const writer = await open();
  const t = await testTreasury(writer);
  let asked = 0;
  const provider: PayoutProvider = {
    ...unreliableRail(t.clock),
    listSince: async (cursor) => {
      asked += 1;
      return pageAfter(cursor);
    },
  };
  return {
    sync: () => syncProvider(t.treasury, JOB, provider),
    asked: () => asked,
    stored: async () => {
      const [row] = await writer.rows<{ n: bigint }>(sql`select count(*) as n from provider_events`);
      return Number(row?.n);
    },
  };
};

const openSqlite = openerOf('sqlite');

// A thousand pages: counting them is no matter of the database.
it('a provider’s history that has more pages than one sync reads is not taken for read, and the next sync goes on', async () => {
  const last = 1_005;
  const { sync, stored } = await listing(openSqlite, (cursor) => {
    const number = Number(cursor ?? '0') + 1;
    return { records: [record(number)], cursor: String(number), more: number < last };
  });
  await expect(sync()).rejects.toMatchObject({ code: 'sync.unfinished', data: { because: 'pages' } });
  expect(await stored()).toBe(1_000);
  expect(await sync()).toMatchObject({ stored: 5 });
});

forEachStore((_name, open) => {
  describe('a provider’s history', () => {
    it('of which more is promised and nothing given is said to stand still, at once', async () => {
      const { sync, asked } = await listing(open, (cursor) => ({ records: [], cursor, more: true }));
      await expect(sync()).rejects.toMatchObject({ code: 'sync.unfinished', data: { because: 'stands_still' } });
      expect(asked()).toBe(1);
    });

    it('that gives the same page over and over is said to stand still', async () => {
      const { sync, asked, stored } = await listing(open, () => ({ records: [record(1)], cursor: 'here', more: true }));
      await expect(sync()).rejects.toMatchObject({ code: 'sync.unfinished', data: { because: 'stands_still' } });
      expect(asked()).toBe(2);
      expect(await stored()).toBe(1);
    });

    it('is read past pages on which there is nothing of ours', async () => {
      const { sync } = await listing(open, (cursor) => {
        const page = Number(cursor ?? '0') + 1;
        return { records: page === 3 ? [record(1)] : [], cursor: String(page), more: page < 4 };
      });
      expect(await sync()).toMatchObject({ stored: 1 });
    });
  });
});
