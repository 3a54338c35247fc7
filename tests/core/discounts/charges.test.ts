import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { changeCampaign } from '../../../core/campaigns/lifecycle.ts';
import { campaignWith } from '../../../core/campaigns/views.ts';
import type { DiscountTiers } from '../../../core/contract/discounts.ts';
import { quoteCharge } from '../../../core/discounts/quote.ts';
import { createRule, endRule, RULES_IN_FORCE_MAX } from '../../../core/discounts/rules.ts';
import { chargeView, creditAccountOf, listRules } from '../../../core/discounts/views.ts';
import type { PayeeId } from '../../../core/ids/ids.ts';
import { campaignAccount } from '../../../core/ledger/accounts.ts';
import { type Mint, mintLots } from '../../../core/ledger/lots.ts';
import { reverseTransaction } from '../../../core/ledger/reversal.ts';
import { CREDITS } from '../../../core/money/assets.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Giving, giving } from '../campaigns/giving.ts';
import { outcomes } from '../ledger/bookkeeper.ts';

const DAY_MS = 86_400_000;
const GOLD: DiscountTiers = { by: 'membership', tiers: [{ membership: 'gold', basisPoints: 1_000 }] };
const SPENDERS: DiscountTiers = { by: 'spend', windowDays: 30, tiers: [{ fromMinor: '500', basisPoints: 2_000 }] };

forEachStore((_name, open) => {
  let key = 0;
  const give = (books: Giving, payeeId: string, amountMinor: bigint, rest: Partial<Mint> = {}) =>
    books.do((work) =>
      mintLots(work, [{ key: `m${key++}`, payeeId: payeeId as PayeeId, amountMinor, source: 'purchase:1', ...rest }]),
    );
  const quote = (books: Giving, payeeId: string, amountMinor: bigint, kind = 'placement_fee') =>
    quoteCharge(books.writer, { payeeId, kind, amountMinor }, books.clock.nowMs());
  /** A member called gold with so many credits. */
  const begin = async (creditsMinor = 10_000n) => {
    const books = await giving(await open());
    const [member = ''] = await books.members(1, ['gold']);
    if (creditsMinor > 0n) await give(books, member, creditsMinor);
    return { books, member };
  };

  describe('a charge', () => {
    it('is paid from the credits that expire soonest and may pay it', async () => {
      const { books, member } = await begin(50n);
      await give(books, member, 50n, { expiresAtMs: books.clock.nowMs() + 2 * DAY_MS });
      await give(books, member, 50n, { expiresAtMs: books.clock.nowMs() + DAY_MS, pool: 'boost' });
      await give(books, member, 50n, { expiresAtMs: books.clock.nowMs() + DAY_MS, pool: 'placement_fee' });
      await books.charge(member, 120n);
      const left = await books.writer.rows<{ remaining_minor: bigint }>(
        sql`select remaining_minor from credit_lots order by id`,
      );
      expect(left.map((lot) => lot.remaining_minor)).toEqual([30n, 0n, 50n, 0n]);
      await books.sound();
    });

    it('is less by the discounts of the member, which the treasury forgoes', async () => {
      const { books, member } = await begin();
      await books.rule({ tiers: GOLD });
      const { id } = await books.charge(member, 1_000n);
      expect(await chargeView(books.writer, id)).toMatchObject({
        amountMinor: '1000',
        discountMinor: '100',
        paidMinor: '900',
        fundedMinor: '0',
        discounts: [{ basisPoints: 1_000, amountMinor: '100', campaignId: null }],
        outcomes: [{ because: 'full', explanation: 'Member of gold: 10.00 % of 0.001000 CREDIT is 0.000100 CREDIT.' }],
      });
      expect(await books.moved('spend')).toEqual([
        `payee:${member} −900 credit:micro`,
        'treasury:obligations +900 credit:micro',
      ]);
      await books.sound();
    });

    it('is paid together with a campaign where that funds the discount, and counted against it', async () => {
      const { books, member } = await begin();
      const campaignId = await books.active({ accountCapMinor: 150n });
      await books.rule({ tiers: GOLD, campaignId });
      const { id } = await books.charge(member, 1_000n);
      expect(await books.moved('spend')).toEqual([
        `payee:${member} −900 credit:micro`,
        `campaign:${campaignId} −100 credit:micro`,
        'treasury:obligations +1000 credit:micro',
      ]);
      expect(await campaignWith(books.writer, campaignId)).toMatchObject({ spentMinor: '100', grants: 0 });
      // 50 is all that the campaign may still give this account.
      const second = await books.charge(member, 1_000n);
      expect(await chargeView(books.writer, second.id)).toMatchObject({
        discountMinor: '50',
        fundedMinor: '50',
        outcomes: [{ because: 'account_cap' }],
      });
      await expect(books.grant(campaignId, [member])).rejects.toMatchObject({
        code: 'campaign.over_cap',
        data: { leftMinor: '0' },
      });
      expect(id).not.toBe(second.id);
      await books.sound();
    });

    it('counts what a grant gave against the same cap', async () => {
      const { books, member } = await begin();
      const campaignId = await books.active({ accountCapMinor: 130n });
      await books.rule({ tiers: GOLD, campaignId });
      await books.grant(campaignId, [member]);
      const { id } = await books.charge(member, 1_000n);
      expect(await chargeView(books.writer, id)).toMatchObject({ discountMinor: '30' });
      expect(await books.campaign(campaignId)).toMatchObject({ spentMinor: 130n, grants: 1 });
      await books.sound();
    });

    it('that is wholly discounted takes no credits, and without a campaign moves nothing', async () => {
      const { books, member } = await begin(0n);
      const all: DiscountTiers = { by: 'membership', tiers: [{ membership: 'gold', basisPoints: 10_000 }] };
      const ruleId = await books.rule({ tiers: all });
      const free = await books.charge(member, 700n);
      expect(await chargeView(books.writer, free.id)).toMatchObject({ paidMinor: '0', transactionId: null });
      await books.do((work) => endRule(work, { id: ruleId, reason: 'Now a campaign pays' }));
      const campaignId = await books.active();
      await books.rule({ tiers: all, campaignId });
      const funded = await books.charge(member, 700n);
      expect(await chargeView(books.writer, funded.id)).toMatchObject({ paidMinor: '0', fundedMinor: '700' });
      expect(await books.moved('spend')).toEqual([
        `campaign:${campaignId} −700 credit:micro`,
        'treasury:obligations +700 credit:micro',
      ]);
      await books.sound();
    });

    it('counts for tiers by spend within their window, unless it was returned', async () => {
      const { books, member } = await begin();
      await books.rule({ tiers: SPENDERS });
      const first = await books.charge(member, 500n);
      expect(await quote(books, member, 100n)).toMatchObject({ discountMinor: '20' });
      const { transactionId } = await chargeView(books.writer, first.id);
      await books.do((work) => reverseTransaction(work, BigInt(transactionId ?? 0), 'Charged twice'));
      expect(await quote(books, member, 100n)).toMatchObject({ discountMinor: '0' });
      expect(await chargeView(books.writer, first.id)).toMatchObject({ returned: true });
      await books.charge(member, 500n);
      books.clock.advance(30 * DAY_MS);
      expect(await quote(books, member, 100n)).toMatchObject({ discountMinor: '20' });
      books.clock.advance(1);
      expect(await quote(books, member, 100n)).toMatchObject({
        discountMinor: '0',
        outcomes: [{ because: 'no_tier' }],
      });
      await books.sound();
    });

    it('returned gives everybody back what they paid, in one go', async () => {
      const { books, member } = await begin(900n);
      const campaignId = await books.active();
      await books.rule({ tiers: GOLD, campaignId });
      const { id } = await books.charge(member, 1_000n);
      const { transactionId } = await chargeView(books.writer, id);
      await books.do((work) => reverseTransaction(work, BigInt(transactionId ?? 0), 'The placement fell through'));
      expect(await books.credits(member)).toBe(900n);
      expect(await books.balance(campaignAccount(campaignId, CREDITS))).toBe(0n);
      expect(await campaignWith(books.writer, campaignId)).toMatchObject({ spentMinor: '100', returnedMinor: '100' });
      await books.sound();
    });

    it('is made once for each key', async () => {
      const { books, member } = await begin();
      const first = await books.charge(member, 100n, { idempotencyKey: 'k', reference: 'PL-1' });
      const again = await books.charge(member, 100n, { idempotencyKey: 'k', reference: 'PL-1' });
      expect(again).toEqual({ id: first.id, replayed: true });
      expect(await books.credits(member)).toBe(9_900n);
      const [other = ''] = await books.members(1);
      for (const call of [
        books.charge(member, 101n, { idempotencyKey: 'k', reference: 'PL-1' }),
        books.charge(other, 100n, { idempotencyKey: 'k', reference: 'PL-1' }),
      ]) {
        await expect(call).rejects.toMatchObject({ code: 'charge.idempotency_mismatch' });
      }
      await books.sound();
    });

    it('is what the quote said, sentence by sentence', async () => {
      const { books, member } = await begin();
      const campaignId = await books.active({ budgetMinor: 200n, formula: { kind: 'fixed_amount', amountMinor: '1' } });
      await books.rule({ tiers: GOLD, combines: 'best_of' });
      await books.rule({ tiers: SPENDERS, combines: 'best_of' });
      await books.rule({ tiers: GOLD, campaignId });
      for (let charges = 0; charges < 3; charges++) {
        const said = await quote(books, member, 1_500n);
        const { id } = await books.charge(member, 1_500n, { expectedMinor: BigInt(said.toPayMinor) });
        const made = await chargeView(books.writer, id);
        expect(made.outcomes).toEqual(said.outcomes);
        expect([made.discountMinor, made.paidMinor, made.fundedMinor]).toEqual([
          said.discountMinor,
          said.toPayMinor,
          said.fundedMinor,
        ]);
      }
      await books.sound();
    });
  });

  describe('a charge that is refused writes nothing', () => {
    const refused = async (books: Giving, act: () => Promise<unknown>, code: string) => {
      const before = await books.written();
      await expect(act()).rejects.toMatchObject({ code });
      expect(await books.written()).toEqual(before);
      await books.sound();
    };

    it('beyond what the member has, discounts of campaigns included', async () => {
      const { books, member } = await begin(899n);
      const campaignId = await books.active();
      await books.rule({ tiers: GOLD, campaignId });
      await refused(books, () => books.charge(member, 1_000n), 'ledger.limit');
      expect(await books.campaign(campaignId)).toMatchObject({ spentMinor: 0n });
    });

    it('that only credits kept for something else could pay', async () => {
      const { books, member } = await begin(0n);
      await give(books, member, 1_000n, { pool: 'boost' });
      await refused(books, () => books.charge(member, 1n), 'ledger.limit');
      expect(await quote(books, member, 1n)).toMatchObject({ spendableMinor: '0' });
      expect(await quote(books, member, 1n, 'boost')).toMatchObject({ spendableMinor: '1000' });
    });

    it('that has come to another amount than the member was told', async () => {
      const { books, member } = await begin();
      await refused(books, () => books.charge(member, 100n, { expectedMinor: 90n }), 'charge.stale');
    });

    it('of nobody, or of somebody closed', async () => {
      const { books, member } = await begin();
      await refused(books, () => books.charge('pye_nobody', 1n), 'payee.unknown');
      await books.writer.transaction((tx) =>
        tx.run(sql`update payees set status = 'closed', closed_reason = 'gone' where id = ${member}`),
      );
      await refused(books, () => books.charge(member, 1n), 'payee.closed');
      await expect(quote(books, member, 1n)).rejects.toMatchObject({ code: 'payee.closed' });
    });
  });

  describe('at once', () => {
    it('twenty charges never take more than there is, nor more of a campaign than its cap and budget', async () => {
      const books = await giving(await open());
      const members = await books.members(4, ['gold']);
      for (const member of members) await give(books, member, 2_700n);
      const campaignId = await books.active({ budgetMinor: 450n, accountCapMinor: 150n });
      await books.rule({ tiers: GOLD, campaignId });
      const calls = Array.from({ length: 20 }, (_, index) => books.charge(members[index % 4] ?? '', 1_000n));
      const { done, refused } = await outcomes(calls);
      // 900, then 950 of the 1,000 are the member's to pay, until the campaign has no more.
      expect({ done, refused: new Set(refused) }).toEqual({ done: 8, refused: new Set(['ledger.limit']) });
      expect(await books.campaign(campaignId)).toMatchObject({ spentMinor: 450n });
      await books.sound();
    });

    it('twenty charges with one key are one charge', async () => {
      const { books, member } = await begin();
      const charges = await Promise.all(
        Array.from({ length: 20 }, () => books.charge(member, 100n, { idempotencyKey: 'k', reference: 'PL-1' })),
      );
      expect(new Set(charges.map(({ id }) => id)).size).toBe(1);
      expect(charges.filter(({ replayed }) => !replayed)).toHaveLength(1);
      expect(await books.credits(member)).toBe(9_900n);
    });

    it('grants and charges of one campaign stay within its budget together', async () => {
      const books = await giving(await open());
      const members = await books.members(10, ['gold']);
      for (const member of members) await give(books, member, 1_000n);
      const campaignId = await books.active({ budgetMinor: 700n });
      await books.rule({ tiers: GOLD, campaignId });
      const { refused } = await outcomes([
        ...members.map((member) => books.charge(member, 1_000n)),
        ...members.map((member) => books.grant(campaignId, [member])),
      ]);
      expect(new Set(refused)).toEqual(new Set(['campaign.over_budget']));
      expect(await books.campaign(campaignId)).toMatchObject({ spentMinor: 700n });
      await books.sound();
    });
  });

  describe('discount rules', () => {
    it('are ended once, and stay in the charges that they discounted', async () => {
      const { books, member } = await begin();
      const id = await books.rule({ tiers: GOLD, name: 'Gold members' });
      const charge = await books.charge(member, 1_000n);
      await books.do((work) => endRule(work, { id, reason: 'Season over' }));
      expect(await quote(books, member, 1_000n)).toMatchObject({ discountMinor: '0', outcomes: [] });
      expect(await chargeView(books.writer, charge.id)).toMatchObject({ discounts: [{ name: 'Gold members' }] });
      expect(await listRules(books.writer)).toMatchObject([{ status: 'ended', name: 'Gold members' }]);
      for (const [which, code] of [
        [id, 'discount.ended'],
        ['dsc_none', 'discount.unknown'],
      ] as const) {
        const again = books.do((work) => endRule(work, { id: which, reason: 'again' }));
        await expect(again).rejects.toMatchObject({ code });
      }
    });

    it('of a campaign that is paused give nothing until it goes on', async () => {
      const { books, member } = await begin();
      const campaignId = await books.active();
      await books.rule({ tiers: GOLD, campaignId });
      await books.do((work) => changeCampaign(work, campaignId, 'pause'));
      expect(await quote(books, member, 1_000n)).toMatchObject({
        discountMinor: '0',
        outcomes: [{ because: 'campaign_closed' }],
      });
      await books.do((work) => changeCampaign(work, campaignId, 'activate'));
      expect(await quote(books, member, 1_000n)).toMatchObject({ discountMinor: '100', fundedMinor: '100' });
    });

    const tiers: readonly (readonly [string, DiscountTiers])[] = [
      ['more than 100 %', { by: 'membership', tiers: [{ membership: 'gold', basisPoints: 10_001 }] }],
      ['nothing', { by: 'membership', tiers: [{ membership: 'gold', basisPoints: 0 }] }],
      ['less than nothing', { by: 'spend', windowDays: null, tiers: [{ fromMinor: '0', basisPoints: -5 }] }],
      ['parts of a basis point', { by: 'spend', windowDays: null, tiers: [{ fromMinor: '0', basisPoints: 0.5 }] }],
      [
        'two things for one membership',
        {
          by: 'membership',
          tiers: [
            { membership: 'gold', basisPoints: 5 },
            { membership: 'gold', basisPoints: 6 },
          ],
        },
      ],
      [
        'tiers out of order',
        {
          by: 'spend',
          windowDays: 7,
          tiers: [
            { fromMinor: '10', basisPoints: 5 },
            { fromMinor: '9', basisPoints: 6 },
          ],
        },
      ],
      ['no tiers', { by: 'membership', tiers: [] }],
    ];
    it.each(tiers)('that give %s are refused', async (_name, given) => {
      const books = await giving(await open());
      const before = await books.written();
      await expect(books.rule({ tiers: given })).rejects.toMatchObject({ code: 'discount.tiers' });
      expect(await books.written()).toEqual(before);
    });

    it('have names of their own, live campaigns, and an end to their number', async () => {
      const books = await giving(await open());
      await books.rule({ tiers: GOLD, name: 'Gold' });
      await expect(books.rule({ tiers: GOLD, name: 'Gold' })).rejects.toMatchObject({ code: 'discount.name_taken' });
      await expect(books.rule({ tiers: GOLD, campaignId: 'cmp_none' })).rejects.toMatchObject({
        code: 'campaign.unknown',
      });
      const over = await books.active();
      await books.do((work) => changeCampaign(work, over, 'complete'));
      await expect(books.rule({ tiers: GOLD, campaignId: over })).rejects.toMatchObject({ code: 'campaign.state' });
      await books.do(async (work) => {
        for (let count = 1; count < RULES_IN_FORCE_MAX; count++) {
          await createRule(work, { name: `Rule no. ${count}`, tiers: GOLD, combines: 'best_of' });
        }
      });
      await expect(books.rule({ tiers: GOLD, name: 'One more' })).rejects.toMatchObject({ code: 'discount.too_many' });
    });
  });

  it('an account shows its credits, where they came from and where they went', async () => {
    const { books, member } = await begin(500n);
    const campaignId = await books.active({ name: 'Spring' });
    await books.grant(campaignId, [member]);
    await books.charge(member, 50n, { reference: 'PL-77' });
    expect(await creditAccountOf(books.writer, member, books.clock.nowMs())).toMatchObject({
      id: member,
      tags: ['gold'],
      balanceMinor: '550',
      mintableMinor: '1000000000',
      lots: [{ remainingMinor: '450' }, { remainingMinor: '100', source: `campaign:${campaignId}` }],
      grants: [{ campaignId, name: 'Spring', amountMinor: '100' }],
      charges: [{ reference: 'PL-77', paidMinor: '50', returned: false }],
    });
    const [other = ''] = await books.members(1);
    expect(await creditAccountOf(books.writer, other, 0)).toMatchObject({
      balanceMinor: '0',
      lots: [],
      grants: [],
      charges: [],
    });
    await expect(creditAccountOf(books.writer, 'pye_nobody', 0)).rejects.toMatchObject({ code: 'payee.unknown' });
  });
});
