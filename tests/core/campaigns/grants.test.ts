import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { changeCampaign } from '../../../core/campaigns/lifecycle.ts';
import { campaignWith, listGrants } from '../../../core/campaigns/views.ts';
import { GRANT_BATCH_MAX } from '../../../core/contract/campaigns.ts';
import { campaignAccount } from '../../../core/ledger/accounts.ts';
import { expireLots } from '../../../core/ledger/spending.ts';
import { CREDITS } from '../../../core/money/assets.ts';
import type { WriteStore } from '../../../main/store/kysely-store.ts';
import { forEachStore } from '../../support/stores.ts';
import { outcomes } from '../ledger/bookkeeper.ts';
import { type Giving, giving } from './giving.ts';

const DAY_MS = 86_400_000;

/**
 * Tells of everything that a transaction asks or does. SQLite is given rows to insert a hundred at
 * a time, by prepared statements that are not told of here.
 */
function watch(store: WriteStore, tell: () => void): void {
  const { transaction } = store;
  const watched: WriteStore['transaction'] = (work) =>
    transaction((tx) =>
      work({
        ...tx,
        rows: (query) => {
          tell();
          return tx.rows(query);
        },
        run: (query) => {
          tell();
          return tx.run(query);
        },
      }),
    );
  Object.assign(store, { transaction: watched });
}

forEachStore((_name, open) => {
  const begin = async () => giving(await open());

  describe('a batch of grants', () => {
    it('gives each account a lot of its own, paid by the campaign', async () => {
      const books = await begin();
      const [a = '', b = ''] = await books.members(2);
      const id = await books.active({ creditsLastDays: 30, keptFor: 'placement_fee' });
      const batch = await books.grant(id, [a, b]);
      expect(batch).toMatchObject({
        granted: 2,
        totalMinor: 200n,
        grants: [
          { accountId: a, outcome: 'granted', amountMinor: 100n },
          { accountId: b, outcome: 'granted', amountMinor: 100n },
        ],
      });
      expect(await books.moved('mint')).toEqual([`campaign:${id} −100 credit:micro`, `payee:${b} +100 credit:micro`]);
      expect(await books.campaign(id)).toMatchObject({ spentMinor: 200n, grants: 2 });
      const lots = await books.writer.rows(sql`select source, pool, expires_at_ms, remaining_minor from credit_lots`);
      const lot = {
        source: `campaign:${id}`,
        pool: 'placement_fee',
        expires_at_ms: BigInt(books.clock.nowMs() + 30 * DAY_MS),
        remaining_minor: 100n,
      };
      expect(lots).toEqual([lot, lot]);
      await books.sound();
    });

    it('gives the first grant again to who was granted before, and counts it once', async () => {
      const books = await begin();
      const [a = '', b = ''] = await books.members(2);
      const id = await books.active({ formula: { kind: 'proportional_loss', basisPoints: 5_000 } });
      const first = await books.grant(id, [{ accountId: a, basisMinor: 100n }]);
      const second = await books.grant(id, [
        { accountId: b, basisMinor: 50n },
        { accountId: a, basisMinor: 9_999n },
      ]);
      expect(second.grants).toMatchObject([
        { accountId: b, outcome: 'granted', amountMinor: 25n },
        { accountId: a, outcome: 'repeated', amountMinor: 50n, lotId: first.grants[0]?.lotId },
      ]);
      expect(await books.campaign(id)).toMatchObject({ spentMinor: 75n, grants: 2 });
      expect(await books.credits(a)).toBe(50n);
      const again = await books.grant(id, [{ accountId: b, basisMinor: 50n }]);
      expect(again).toMatchObject({ granted: 0, totalMinor: 0n, grants: [{ outcome: 'repeated', amountMinor: 25n }] });
      await books.sound();
    });

    it('passes over accounts that the formula gives nothing', async () => {
      const books = await begin();
      const [a = '', b = ''] = await books.members(2);
      const id = await books.active({ formula: { kind: 'tiered', tiers: [{ fromMinor: '10', amountMinor: '7' }] } });
      const batch = await books.grant(id, [
        { accountId: a, basisMinor: 9n },
        { accountId: b, basisMinor: 10n },
      ]);
      expect(batch.grants).toEqual([
        { accountId: a, outcome: 'nothing', amountMinor: 0n, lotId: null },
        expect.objectContaining({ accountId: b, outcome: 'granted', amountMinor: 7n }),
      ]);
      await books.sound();
    });

    it('of a thousand asks the database no more often than one of ten', async () => {
      const store = await open();
      const books = await giving(store);
      const members = await books.members(GRANT_BATCH_MAX + 10);
      const id = await books.active({ budgetMinor: 1_000_000n, accountCapMinor: 100n });
      let asked = 0;
      watch(store, () => {
        asked += 1;
      });
      await books.grant(id, members.slice(0, 10));
      const ofTen = asked;
      asked = 0;
      expect((await books.grant(id, members.slice(10))).granted).toBe(GRANT_BATCH_MAX);
      expect(asked).toBe(ofTen);
      expect(ofTen).toBeLessThan(30);
      await books.sound();
    });

    it('is shown with what is left of each grant', async () => {
      const books = await begin();
      const members = await books.members(3);
      const id = await books.active();
      await books.grant(id, members);
      await books.charge(members[0] ?? '', 30n);
      const first = await listGrants(books.writer, id, { cursor: undefined, limit: 2 });
      const rest = await listGrants(books.writer, id, { cursor: first.nextCursor ?? undefined, limit: 2 });
      const all = [...first.items, ...rest.items];
      expect(all.map(({ accountId, remainingMinor }) => [accountId, remainingMinor])).toEqual([
        [members[2], '100'],
        [members[1], '100'],
        [members[0], '70'],
      ]);
    });

    it('expires unspent credits back to the campaign, whose spending stays what it was', async () => {
      const books = await begin();
      const [a = ''] = await books.members(1);
      const id = await books.active({ creditsLastDays: 1 });
      await books.grant(id, [a]);
      await books.charge(a, 40n);
      books.clock.advance(DAY_MS);
      expect(await books.do((work) => expireLots(work))).toEqual({ lots: 1, amountMinor: 60n });
      expect(await books.balance(campaignAccount(id, CREDITS))).toBe(-40n);
      expect(await campaignWith(books.writer, id)).toMatchObject({
        spentMinor: '100',
        returnedMinor: '60',
        remainingMinor: '900',
      });
      await books.sound();
    });
  });

  describe('a batch that is refused writes nothing', () => {
    const refused = async (books: Giving, act: () => Promise<unknown>, code: string, data: object = {}) => {
      const before = await books.written();
      await expect(act()).rejects.toMatchObject({ code, data: expect.objectContaining(data) });
      expect(await books.written()).toEqual(before);
      const [last] = await books.writer.rows(sql`select outcome from audit_entries order by seq desc limit 1`);
      expect(last).toEqual({ outcome: 'refused' });
      await books.sound();
    };

    it('of 1,001 accounts', async () => {
      const books = await begin();
      const id = await books.active();
      const many = Array.from({ length: GRANT_BATCH_MAX + 1 }, (_, index) => `pye_${index}`);
      await refused(books, () => books.grant(id, many), 'campaign.batch_size', { accounts: 1_001 });
    });

    it('of none', async () => {
      const books = await begin();
      const id = await books.active();
      await refused(books, () => books.grant(id, []), 'campaign.batch_size');
    });

    it('with an account in it twice', async () => {
      const books = await begin();
      const [a = '', b = ''] = await books.members(2);
      const id = await books.active();
      await refused(books, () => books.grant(id, [a, b, a]), 'campaign.duplicate_account', { accountId: a });
    });

    it('with an account nobody knows, or one that is closed', async () => {
      const books = await begin();
      const [a = '', b = ''] = await books.members(2);
      const id = await books.active();
      await refused(books, () => books.grant(id, [a, 'pye_nobody']), 'payee.unknown', { id: 'pye_nobody' });
      await books.writer.transaction((tx) =>
        tx.run(sql`update payees set status = 'closed', closed_reason = 'gone' where id = ${b}`),
      );
      await refused(books, () => books.grant(id, [a, b]), 'payee.closed', { id: b });
    });

    it('over the budget, though most of it would fit', async () => {
      const books = await begin();
      const members = await books.members(11);
      const id = await books.active();
      await refused(books, () => books.grant(id, members), 'campaign.over_budget', {
        neededMinor: '1100',
        leftMinor: '1000',
      });
      await books.grant(id, members.slice(0, 10));
      await refused(books, () => books.grant(id, members.slice(10)), 'campaign.over_budget', { leftMinor: '0' });
    });

    it('over the cap of one account', async () => {
      const books = await begin();
      const [a = '', b = ''] = await books.members(2);
      const id = await books.active({
        formula: { kind: 'proportional_loss', basisPoints: 10_000 },
        accountCapMinor: 50n,
      });
      const batch = [
        { accountId: a, basisMinor: 50n },
        { accountId: b, basisMinor: 51n },
      ];
      await refused(books, () => books.grant(id, batch), 'campaign.over_cap', { accountId: b, leftMinor: '50' });
    });

    it('where nobody lost anything', async () => {
      const books = await begin();
      const [a = '', b = ''] = await books.members(2);
      const id = await books.active({ formula: { kind: 'proportional_loss', basisPoints: 10_000 } });
      const batch = [a, b].map((accountId) => ({ accountId, basisMinor: 0n }));
      await refused(books, () => books.grant(id, batch), 'campaign.nothing_to_grant');
    });

    it('of a campaign that is not active', async () => {
      const books = await begin();
      const [a = ''] = await books.members(1);
      const draft = await books.draft();
      await refused(books, () => books.grant(draft, [a]), 'campaign.state', { status: 'draft' });
      const id = await books.active();
      await books.do((work) => changeCampaign(work, id, 'pause'));
      await refused(books, () => books.grant(id, [a]), 'campaign.state', { status: 'paused' });
      await books.do((work) => changeCampaign(work, id, 'complete'));
      await refused(books, () => books.grant(id, [a]), 'campaign.state', { status: 'completed' });
      await refused(books, () => books.grant('cmp_none', [a]), 'campaign.unknown');
    });

    it('after the end date, though no job has come by yet', async () => {
      const books = await begin();
      const [a = ''] = await books.members(1);
      const id = await books.active({ endsAtMs: books.clock.nowMs() + 1 });
      books.clock.advance(1);
      await refused(books, () => books.grant(id, [a]), 'campaign.ended');
    });

    it('by the database itself, when the rules are gone around', async () => {
      const books = await begin();
      const [a = ''] = await books.members(1);
      const id = await books.active({ accountCapMinor: 100n });
      await books.grant(id, [a]);
      for (const statement of [
        sql`update campaigns set spent_minor = 1001 where id = ${id}`,
        sql`update campaign_accounts set spent_minor = 101 where campaign_id = ${id}`,
        sql`insert into campaign_accounts (campaign_id, payee_id, cap_minor, spent_minor) values (${id}, 'pye_other', 500, 400)`,
      ]) {
        await expect(books.writer.transaction((tx) => tx.run(statement))).rejects.toThrow(/check|foreign key/i);
      }
      for (const statement of [
        sql`update campaign_accounts set cap_minor = 500 where campaign_id = ${id}`,
        sql`delete from campaign_accounts`,
        sql`update campaign_grants set amount_minor = 1`,
        sql`delete from campaign_grants`,
        sql`delete from campaigns`,
      ]) {
        await expect(books.writer.transaction((tx) => tx.run(statement))).rejects.toThrow(/append only|keeps what/);
      }
    });
  });

  describe('at once', () => {
    it('twenty batches never pass the budget, and each is granted whole or not at all', async () => {
      const books = await begin();
      const members = await books.members(100);
      const id = await books.active({ budgetMinor: 3_700n });
      const batches = Array.from({ length: 20 }, (_, index) => members.slice(index * 5, index * 5 + 5));
      const { done, refused } = await outcomes(batches.map((batch) => books.grant(id, batch)));
      expect({ done, refused: new Set(refused) }).toEqual({ done: 7, refused: new Set(['campaign.over_budget']) });
      expect(await books.campaign(id)).toMatchObject({ spentMinor: 3_500n, grants: 35 });
      const held = await Promise.all(batches.map((batch) => Promise.all(batch.map((member) => books.credits(member)))));
      expect(held.filter((batch) => batch.every((credits) => credits === 100n))).toHaveLength(7);
      expect(held.filter((batch) => batch.every((credits) => credits === 0n))).toHaveLength(13);
      await books.sound();
    });

    it('twenty batches with the same accounts grant each of them once', async () => {
      const books = await begin();
      const members = await books.members(8);
      const id = await books.active();
      const turned = (by: number) => [...members.slice(by % 8), ...members.slice(0, by % 8)];
      const batches = await Promise.all(Array.from({ length: 20 }, (_, index) => books.grant(id, turned(index))));
      expect(batches.reduce((sum, { granted }) => sum + granted, 0)).toBe(8);
      const lots = new Set(batches.flatMap(({ grants }) => grants.map(({ lotId }) => lotId)));
      expect(lots.size).toBe(8);
      expect(await books.campaign(id)).toMatchObject({ spentMinor: 800n, grants: 8 });
      await books.sound();
    });

    it('batches of two campaigns for the same new accounts wait for each other', async () => {
      const books = await begin();
      const members = await books.members(40);
      const ids = [await books.active({ budgetMinor: 10_000n }), await books.active({ budgetMinor: 10_000n })];
      const calls = ids.flatMap((id, index) =>
        Array.from({ length: 4 }, (_, part) => {
          const batch = members.slice(part * 10, part * 10 + 10);
          return books.grant(id, index === 0 ? batch : [...batch].reverse());
        }),
      );
      expect(await outcomes(calls)).toEqual({ done: 8, refused: [] });
      expect(await books.credits(members[0] ?? '')).toBe(200n);
      await books.sound();
    });
  });

  it('a crash between any two steps of a batch leaves nothing of it', async () => {
    const store = await open();
    const books = await giving(store);
    const members = await books.members(3);
    const id = await books.active();
    const before = await books.written();
    let left = Number.POSITIVE_INFINITY;
    let crashed = 0;
    watch(store, () => {
      left -= 1;
      if (left < 0) throw new Error('Pulled the plug');
    });
    for (let steps = 0; ; steps++) {
      left = steps;
      const granted = await books.grant(id, members).then(
        () => true,
        (error: Error) => {
          expect(error.message).toBe('Pulled the plug');
          return false;
        },
      );
      left = Number.POSITIVE_INFINITY;
      if (granted) break;
      crashed += 1;
      expect(await books.written(), `after ${steps} steps`).toEqual(before);
    }
    expect(crashed).toBeGreaterThan(5);
    expect(await books.campaign(id)).toMatchObject({ spentMinor: 300n, grants: 3 });
    await books.sound();
  });
});
