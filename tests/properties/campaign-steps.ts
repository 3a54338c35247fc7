/** Steps of campaigns and of what members pay: grants, discounts, charges. */
import fc from 'fast-check';
import { createCampaign } from '../../core/campaigns/create.ts';
import { grantBatch } from '../../core/campaigns/grants.ts';
import { changeCampaign, expireCampaigns } from '../../core/campaigns/lifecycle.ts';
import { makeCharge } from '../../core/discounts/charge.ts';
import { createRule, endRule } from '../../core/discounts/rules.ts';
import * as model from './model/campaigns.ts';
import type { CampaignModel } from './model/state.ts';
import { payee, person, pick, pickFitting, place } from './payout-steps.ts';
import { Step } from './step.ts';

const HOUR = 60 * 60 * 1000;

const formula: fc.Arbitrary<CampaignModel['formula']> = fc.oneof(
  fc.constantFrom({ kind: 'fixed' as const, amount: 100n }, { kind: 'fixed' as const, amount: 2_500n }),
  fc.constant({ kind: 'half of the loss' as const }),
);

const write = fc
  .record({
    by: person,
    formula,
    budget: fc.constantFrom(1_000n, 7_001n, 60_000n),
    cap: fc.constantFrom(null, null, 500n, 5_000n),
    keptFor: fc.constantFrom('', '', 'ads'),
    lastsDays: fc.constantFrom(null, 1, 3),
    endsInHours: fc.constantFrom(null, null, 5, 100, 0),
    activate: fc.constantFrom(true, true, true, false),
  })
  .map(
    (terms) =>
      new Step('write a campaign', terms, (m, w) => {
        const ends = terms.endsInHours === null ? null : m.now + terms.endsInHours * HOUR;
        const cap = terms.cap ?? terms.budget;
        const number = m.campaigns.length;
        const expected = model.writeCampaign(m, { ...terms, cap, ends });
        const written = m.campaigns[number];
        if (terms.activate && written) model.changeCampaign(m, written, 'activate');
        return {
          expected,
          act: async () => {
            const { id } = await w.as(terms.by, 'campaign.create', async (work) => {
              const created = await createCampaign(work, {
                name: `Campaign ${number}`,
                type: 'loyalty',
                formula:
                  terms.formula.kind === 'fixed'
                    ? { kind: 'fixed_amount', amountMinor: `${terms.formula.amount}` }
                    : { kind: 'proportional_loss', basisPoints: 5_000 },
                budgetMinor: terms.budget,
                accountCapMinor: cap,
                keptFor: terms.keptFor === '' ? undefined : terms.keptFor,
                creditsLastDays: terms.lastsDays ?? undefined,
                endsAtMs: ends ?? undefined,
              });
              if (terms.activate) await changeCampaign(work, created.id, 'activate');
              return created;
            });
            w.campaigns.push(id);
          },
        };
      }),
  );

const change = fc
  .record({ by: person, campaign: place, event: fc.constantFrom('activate', 'activate', 'pause', 'complete') })
  .map(
    (terms) =>
      new Step('change a campaign', terms, (m, w) => {
        const campaign = pick(m.campaigns, terms.campaign);
        if (!campaign) return null;
        const id = w.idOf('campaigns', m.campaigns.indexOf(campaign));
        const { event } = terms;
        return {
          expected: model.changeCampaign(m, campaign, event),
          act: () =>
            w.as(terms.by, 'campaign.change', (work) =>
              changeCampaign(work, id, event as 'activate' | 'pause' | 'complete'),
            ),
        };
      }),
  );

const expire = person.map(
  (by) =>
    new Step('expire campaigns', { by }, (m, w) => ({
      expected: model.expireCampaigns(m),
      act: () => w.as(by, 'campaign.expire', (work) => expireCampaigns(work)),
    })),
);

const basis = fc.constantFrom(0n, 1n, 3n, 999n, 1_000n, 4_001n, 30_000n);

const grant = fc
  .record({
    by: person,
    campaign: place,
    accounts: fc.array(payee, { minLength: 1, maxLength: 3 }),
    bases: fc.tuple(basis, basis, basis),
  })
  .map(
    (terms) =>
      new Step('grant', terms, (m, w) => {
        const campaign = pickFitting(m.campaigns, ({ status }) => status === 'active', terms.campaign);
        if (!campaign) return null;
        const index = m.campaigns.indexOf(campaign);
        const bases = new Map(terms.bases.map((loss, who) => [who, loss]));
        const idOf = (who: number) => w.payee(who).payeeId;
        const campaignId = w.idOf('campaigns', index);
        // Lots are made in the order of the accounts' ids; what is odd goes to who was named first.
        const accounts = terms.accounts.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
        return {
          expected: model.grant(m, index, accounts, bases),
          act: () =>
            w.as(terms.by, 'campaign.grant', (work) =>
              grantBatch(work, {
                campaignId,
                grants: accounts.map((who) => ({ accountId: idOf(who), basisMinor: bases.get(who) })),
              }),
            ),
        };
      }),
  );

const rule = fc
  .record({
    by: person,
    percent: fc.constantFrom(1, 10, 33, 60),
    from: fc.constantFrom(0n, 0n, 1_500n),
    campaign: fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: place }),
  })
  .map(
    (terms) =>
      new Step('write a rule', terms, (m, w) => {
        const chosen = terms.campaign === null ? undefined : pick(m.campaigns, terms.campaign);
        const index = chosen ? m.campaigns.indexOf(chosen) : null;
        const number = m.rules.length;
        return {
          expected: model.writeRule(m, { percent: terms.percent, from: terms.from, campaign: index }),
          act: async () => {
            const { id } = await w.as(terms.by, 'discount.create', (work) =>
              createRule(work, {
                name: `Rule ${number}`,
                tiers: {
                  by: 'spend',
                  windowDays: null,
                  tiers: [{ fromMinor: `${terms.from}`, basisPoints: terms.percent * 100 }],
                },
                combines: 'stackable',
                campaignId: index === null ? undefined : w.idOf('campaigns', index),
              }),
            );
            w.rules.push(id);
          },
        };
      }),
  );

const endARule = fc.record({ by: person, rule: place }).map(
  (terms) =>
    new Step('end a rule', terms, (m, w) => {
      const one = pickFitting(m.rules, ({ ended }) => !ended, terms.rule);
      if (!one) return null;
      const id = w.idOf('rules', m.rules.indexOf(one));
      return {
        expected: model.endRule(one),
        act: () => w.as(terms.by, 'discount.end', (work) => endRule(work, { id, reason: 'a step of a simulation' })),
      };
    }),
);

const charge = fc
  .record({
    by: person,
    payee,
    amount: fc.constantFrom(1n, 99n, 100n, 333n, 1_000n, 2_500n),
    kind: fc.constantFrom('ads', 'fees'),
    again: fc.constantFrom('no', 'no', 'no', 'no', 'the same', 'other content'),
  })
  .map(
    (terms) =>
      new Step('charge', terms, (m, w) => {
        const earlier = terms.again === 'no' ? undefined : m.charges.at(-1);
        const key = earlier?.key ?? `charge-${m.charges.length}-${m.now}`;
        const [who = '0', amount = '1', kind = 'ads'] = earlier?.content.split(' ') ?? [];
        const wanted =
          earlier && terms.again === 'the same'
            ? { payee: Number(who), amount: BigInt(amount), kind }
            : { payee: terms.payee, amount: terms.amount, kind: terms.kind };
        return {
          expected: model.charge(m, key, wanted.payee, wanted.amount, wanted.kind),
          act: async () => {
            const { id, replayed } = await w.as(terms.by, 'charge.make', (work) =>
              makeCharge(work, {
                payeeId: w.payee(wanted.payee).payeeId,
                kind: wanted.kind,
                amountMinor: wanted.amount,
                reference: 'a fee',
                idempotencyKey: key,
              }),
            );
            if (!replayed) w.charges.push(id);
          },
        };
      }),
  );

export const campaignSteps = [
  { weight: 2, arbitrary: write },
  { weight: 1, arbitrary: change },
  { weight: 1, arbitrary: expire },
  { weight: 4, arbitrary: grant },
  { weight: 1, arbitrary: rule },
  { weight: 1, arbitrary: endARule },
  { weight: 5, arbitrary: charge },
];
