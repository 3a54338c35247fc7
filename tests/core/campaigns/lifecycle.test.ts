import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { NewCampaign } from '../../../core/campaigns/create.ts';
import {
  type CampaignEvent,
  campaignsAreDue,
  changeCampaign,
  expireCampaigns,
  expireDueCampaigns,
  nextCampaignStatus,
} from '../../../core/campaigns/lifecycle.ts';
import { campaignWith, listCampaigns } from '../../../core/campaigns/views.ts';
import { CAMPAIGN_STATUSES, type CampaignStatus } from '../../../core/contract/campaigns.ts';
import { forEachStore } from '../../support/stores.ts';
import { TEST_START_MS } from '../../support/treasury.ts';
import { outcomes } from '../ledger/bookkeeper.ts';
import { type Giving, giving } from './giving.ts';

const EVENTS = ['activate', 'pause', 'complete', 'expire'] as const satisfies readonly CampaignEvent[];

/** Every state and every event; what is not here is refused. */
const TABLE: Readonly<Record<CampaignStatus, Partial<Record<CampaignEvent, CampaignStatus>>>> = {
  draft: { activate: 'active', expire: 'expired' },
  active: { pause: 'paused', complete: 'completed', expire: 'expired' },
  paused: { activate: 'active', complete: 'completed', expire: 'expired' },
  completed: {},
  expired: {},
};

const PAIRS = CAMPAIGN_STATUSES.flatMap((from) =>
  EVENTS.map((event) => ({ from, event, to: TABLE[from][event] ?? null })),
);

const ENDS = TEST_START_MS + 1_000;

/** Brings a campaign into a state by the steps that lead there. */
async function campaignIn(books: Giving, state: CampaignStatus): Promise<string> {
  const id = await books.draft({ endsAtMs: books.clock.nowMs() + 1_000 });
  const steps: Readonly<Record<CampaignStatus, readonly Exclude<CampaignEvent, 'expire'>[]>> = {
    draft: [],
    active: ['activate'],
    paused: ['activate', 'pause'],
    completed: ['activate', 'complete'],
    expired: ['activate'],
  };
  for (const step of steps[state]) await books.do((work) => changeCampaign(work, id, step));
  if (state === 'expired') {
    books.clock.advance(1_000);
    await books.do((work) => expireCampaigns(work));
  }
  return id;
}

forEachStore((_name, open) => {
  describe('the life of a campaign', () => {
    it.each(PAIRS)('$from, $event → $to', async ({ from, event, to }) => {
      expect(nextCampaignStatus(from, event)).toBe(to);
      const books = await giving(await open());
      const id = await campaignIn(books, from);
      if (event === 'expire') {
        books.clock.advance(1_000);
        const due = from !== 'completed' && from !== 'expired';
        expect(await campaignsAreDue(books.writer, books.clock.nowMs())).toBe(due);
        expect(await books.do((work) => expireCampaigns(work))).toEqual({ expired: due ? 1 : 0 });
      } else if (to === null) {
        await expect(books.do((work) => changeCampaign(work, id, event))).rejects.toMatchObject({
          code: 'campaign.state',
          data: { id, status: from },
        });
      } else {
        await books.do((work) => changeCampaign(work, id, event));
      }
      expect((await books.campaign(id)).status).toBe(to ?? from);
    });

    it.each(['completed', 'expired'] as const)('%s is final for the database too', async (state) => {
      const books = await giving(await open());
      const id = await campaignIn(books, state);
      const revive = books.writer.transaction((tx) =>
        tx.run(sql`update campaigns set status = 'active' where id = ${id}`),
      );
      await expect(revive).rejects.toThrow(/keeps what/);
    });

    it('leaves an audit entry and an event for each step', async () => {
      const books = await giving(await open());
      await campaignIn(books, 'expired');
      const rows = await books.writer.rows<{ name: string }>(sql`select name from outbox order by seq`);
      expect(rows.map(({ name }) => name)).toEqual(['campaign.created', 'campaign.activated', 'campaign.expired']);
      const audits = await books.writer.rows<{ action: string }>(
        sql`select action from audit_entries where outcome = 'done' and action like 'campaign.%' order by seq`,
      );
      expect(audits.map(({ action }) => action)).toEqual(['campaign.create', 'campaign.activate', 'campaign.expire']);
    });

    it('does not begin again once the end date is past, though no job has come by yet', async () => {
      const books = await giving(await open());
      const id = await campaignIn(books, 'paused');
      books.clock.advance(1_000);
      await expect(books.do((work) => changeCampaign(work, id, 'activate'))).rejects.toMatchObject({
        code: 'campaign.ended',
      });
    });

    it('goes one way when twenty people push at once', async () => {
      const books = await giving(await open());
      const id = await campaignIn(books, 'active');
      const pushed = await outcomes(
        Array.from({ length: 20 }, (_, index) =>
          books.do((work) => changeCampaign(work, id, index % 2 === 0 ? 'complete' : 'pause')),
        ),
      );
      expect(['completed', 'paused']).toContain((await books.campaign(id)).status);
      expect(new Set(pushed.refused)).toEqual(new Set(['campaign.state']));
      // Paused first, then completed, is the longest way there is.
      expect(pushed.done).toBeLessThanOrEqual(2);
    });

    it('expires many at once, and only those whose time has come', async () => {
      const books = await giving(await open());
      for (const endsAtMs of [ENDS, ENDS, ENDS + 1, undefined]) await books.active({ endsAtMs });
      books.clock.advance(1_000);
      expect(await books.do((work) => expireCampaigns(work, 1))).toEqual({ expired: 1 });
      const job = { kind: 'job', id: 'job:expire-lots', name: 'expire-lots', roles: [] } as const;
      expect(await expireDueCampaigns(books.treasury, job)).toBe(1);
      expect(await expireDueCampaigns(books.treasury, job)).toBe(0);
      const { items } = await listCampaigns(books.writer, {}, { cursor: undefined, limit: 10 });
      expect(items.map(({ status }) => status).sort()).toEqual(['active', 'active', 'expired', 'expired']);
    });
  });

  describe('writing a campaign', () => {
    const refused = async (campaign: Partial<NewCampaign>, code: string) => {
      const books = await giving(await open());
      const before = await books.written();
      await expect(books.draft(campaign)).rejects.toMatchObject({ code });
      expect(await books.written()).toEqual(before);
    };

    const hopeless: readonly (readonly [string, Partial<NewCampaign>, string])[] = [
      ['a budget of nothing', { budgetMinor: 0n }, 'campaign.budget'],
      ['a budget below nothing', { budgetMinor: -5n }, 'campaign.budget'],
      ['a budget beyond all sense', { budgetMinor: 1_000_000_000_000_001n }, 'campaign.budget'],
      ['a cap above the budget', { accountCapMinor: 1_001n }, 'campaign.budget'],
      ['a cap of nothing', { accountCapMinor: 0n }, 'campaign.budget'],
      ['an end in the past', { endsAtMs: TEST_START_MS }, 'input.invalid'],
      ['a fixed amount above the cap', { accountCapMinor: 99n }, 'campaign.formula'],
      [
        'tiers out of order',
        {
          formula: {
            kind: 'tiered',
            tiers: [
              { fromMinor: '5', amountMinor: '1' },
              { fromMinor: '5', amountMinor: '2' },
            ],
          },
        },
        'campaign.formula',
      ],
      [
        'a tier above the cap',
        { formula: { kind: 'tiered', tiers: [{ fromMinor: '5', amountMinor: '1001' }] } },
        'campaign.formula',
      ],
    ];
    it.each(hopeless)('refuses %s', (_name, campaign, code) => refused(campaign, code));

    it('gives the same campaign for the same key, and refuses the key for another', async () => {
      const books = await giving(await open());
      const first = await books.draft({ name: 'Spring', idempotencyKey: 'k' });
      expect(await books.draft({ name: 'Spring', idempotencyKey: 'k' })).toBe(first);
      await expect(books.draft({ name: 'Summer', idempotencyKey: 'k' })).rejects.toMatchObject({
        code: 'campaign.idempotency_mismatch',
      });
    });

    it('keeps what it was written as', async () => {
      const books = await giving(await open());
      const id = await books.active();
      for (const change of ["formula = '{}'", 'budget_minor = 5000', 'account_cap_minor = 1', "created_by = 'else'"]) {
        const changed = books.writer.transaction((tx) =>
          tx.run(sql`update campaigns set ${sql.raw(change)} where id = ${id}`),
        );
        await expect(changed, change).rejects.toThrow(/keeps what it began with/);
      }
    });

    it('is listed by status, type and name, page by page', async () => {
      const books = await giving(await open());
      await books.draft({ name: 'Rain 100%' });
      await books.active({ name: 'Sun', type: 'loyalty' });
      await books.active({ name: 'Rain again', type: 'loyalty' });
      const names = async (filter: Parameters<typeof listCampaigns>[1], cursor?: string) => {
        const { items, nextCursor } = await listCampaigns(books.writer, filter, { cursor, limit: 2 });
        return { names: items.map(({ name }) => name), nextCursor };
      };
      const first = await names({});
      const second = await names({}, first.nextCursor ?? undefined);
      expect([...first.names, ...second.names].sort()).toEqual(['Rain 100%', 'Rain again', 'Sun']);
      expect(second.nextCursor).toBeNull();
      expect((await names({ status: 'draft' })).names).toEqual(['Rain 100%']);
      expect((await names({ q: '0%' })).names).toEqual(['Rain 100%']);
      expect((await names({ type: 'loyalty', q: 'rain' })).names).toEqual(['Rain again']);
      await expect(campaignWith(books.writer, 'cmp_none')).rejects.toMatchObject({ code: 'campaign.unknown' });
    });
  });
});
