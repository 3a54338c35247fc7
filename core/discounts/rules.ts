/** Discount rules: written once, in force until they are ended, and kept for the charges that named them. */

import { campaignState } from '../campaigns/errors.ts';
import { getCampaign } from '../campaigns/repository.ts';
import { canonical } from '../canonical/canonical.ts';
import { type Combines, type DiscountTiers, discountTiers } from '../contract/discounts.ts';
import type { DiscountRuleId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { ruleEnded, ruleNameTaken, tiersWrong, tooManyRules, unknownRule } from './errors.ts';

/** Every charge looks at every rule in force. */
export const RULES_IN_FORCE_MAX = 100;

export interface NewRule {
  readonly name: string;
  readonly tiers: DiscountTiers;
  readonly combines: Combines;
  readonly chargeKind?: string | undefined;
  readonly campaignId?: string | undefined;
}

export async function createRule(work: Work, input: NewRule): Promise<{ readonly id: DiscountRuleId }> {
  const tiers = readTiers(input.tiers);
  if (input.campaignId !== undefined) {
    const campaign = await getCampaign(work.tx, input.campaignId);
    if (campaign.status === 'completed' || campaign.status === 'expired')
      throw campaignState(campaign.id, campaign.status);
  }
  const { inForce } = await work.tx.db
    .selectFrom('discount_rules')
    .select((count) => count.fn.countAll<bigint>().as('inForce'))
    .where('status', '=', 'in_force')
    .executeTakeFirstOrThrow();
  if (Number(inForce) >= RULES_IN_FORCE_MAX) throw tooManyRules(RULES_IN_FORCE_MAX);

  const id = work.ids.next('discountRule');
  const facts = {
    name: input.name,
    tiers: { ...tiers },
    combines: input.combines,
    chargeKind: input.chargeKind ?? null,
    campaign: input.campaignId ?? null,
  };
  const inserted = await insertRows(
    work.tx,
    'discount_rules',
    RULE_COLUMNS,
    [
      {
        id,
        name: input.name,
        tiers: canonical(facts.tiers),
        window_days: tiers.by === 'spend' && tiers.windowDays !== null ? BigInt(tiers.windowDays) : null,
        combines: input.combines,
        charge_kind: facts.chargeKind,
        campaign_id: facts.campaign,
        status: 'in_force',
        created_by: work.actor.id,
        created_at_ms: BigInt(work.nowMs),
        ended_at_ms: null,
        end_reason: null,
      },
    ],
    ['name'],
  );
  if (inserted === 0) throw ruleNameTaken(input.name);
  const subject = `discount:${id}`;
  work.audit({ action: 'discount.create', subject, details: facts });
  work.emit({ name: 'discount.created', subject });
  return { id };
}

/** Percentages are between nothing and all of it, and tiers can be told apart, whoever writes the rule. */
function readTiers(given: DiscountTiers): DiscountTiers {
  const read = discountTiers.safeParse(given);
  if (!read.success) throw tiersWrong('Each tier gives more than nothing and at most 100 % of the charge.');
  const tiers = read.data;
  if (tiers.by === 'membership') {
    const memberships = tiers.tiers.map(({ membership }) => membership);
    if (new Set(memberships).size < memberships.length) throw tiersWrong('Each membership has one tier.');
    return tiers;
  }
  const rising = tiers.tiers.every(
    ({ fromMinor }, index) => index === 0 || BigInt(fromMinor) > BigInt(tiers.tiers[index - 1]?.fromMinor ?? 0),
  );
  if (!rising) throw tiersWrong('Each tier begins above the one before it.');
  return tiers;
}

export async function endRule(
  work: Work,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<{ readonly id: DiscountRuleId }> {
  const ended = await work.tx.write
    .updateTable('discount_rules')
    .set({ status: 'ended', ended_at_ms: BigInt(work.nowMs), end_reason: reason })
    .where('id', '=', id)
    .where('status', '=', 'in_force')
    .returning('id')
    .executeTakeFirst();
  if (!ended) {
    const known = await work.tx.db.selectFrom('discount_rules').select('id').where('id', '=', id).executeTakeFirst();
    throw known ? ruleEnded(id) : unknownRule(id);
  }
  const subject = `discount:${id}`;
  work.audit({ action: 'discount.end', subject, details: { reason } });
  work.emit({ name: 'discount.ended', subject });
  return { id: ended.id as DiscountRuleId };
}

const RULE_COLUMNS = {
  id: 'text',
  name: 'text',
  tiers: 'text',
  window_days: 'bigint',
  combines: 'text',
  charge_kind: 'text',
  campaign_id: 'text',
  status: 'text',
  created_by: 'text',
  created_at_ms: 'bigint',
  ended_at_ms: 'bigint',
  end_reason: 'text',
} as const;
