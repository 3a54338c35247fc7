/** What the engine goes by, read from the records as they are now. */
import { sql } from 'kysely';
import { hasEnded } from '../campaigns/lifecycle.ts';
import { type CampaignRecord, type CampaignRow, campaignFromRow } from '../campaigns/repository.ts';
import { type Combines, discountTiers } from '../contract/discounts.ts';
import { CREDITS } from '../money/assets.ts';
import { payeeClosed, unknownPayee } from '../payees/errors.ts';
import type { Reader } from '../store/tx.ts';
import type { DiscountFacts, EngineRule, Purse } from './engine.ts';

export interface ChargeTerms {
  readonly payeeId: string;
  readonly kind: string;
  readonly amountMinor: bigint;
}

/** A campaign that a rule in force names, with what it gave this account so far. */
export interface Funder {
  readonly campaign: CampaignRecord;
  readonly hadMinor: bigint | null;
}

export interface Facts {
  readonly facts: DiscountFacts;
  readonly rules: readonly EngineRule[];
  readonly funders: ReadonlyMap<string, Funder>;
}

const DAY_MS = 86_400_000n;

/** `hold` is told of the campaigns that may pay, before it is read what they have left. */
export async function factsOf(
  reader: Reader,
  terms: ChargeTerms,
  nowMs: number,
  hold: (campaignIds: readonly string[]) => Promise<unknown> = async () => undefined,
): Promise<Facts> {
  const payee = await reader.db
    .selectFrom('payees')
    .select('status')
    .where('id', '=', terms.payeeId)
    .executeTakeFirst();
  if (!payee) throw unknownPayee(terms.payeeId);
  if (payee.status === 'closed') throw payeeClosed(terms.payeeId);
  const tags = await reader.db.selectFrom('payee_tags').select('tag').where('payee_id', '=', terms.payeeId).execute();
  const rules = await rulesInForce(reader, terms.payeeId, nowMs);
  const campaignIds = [...new Set(rules.flatMap(({ campaignId }) => (campaignId === null ? [] : [campaignId])))];
  await hold(campaignIds);
  const funders = await fundersOf(reader, terms.payeeId, campaignIds);
  return {
    rules,
    funders,
    facts: {
      amountMinor: terms.amountMinor,
      kind: terms.kind,
      memberships: new Set(tags.map(({ tag }) => tag)),
      purses: new Map([...funders].map(([id, funder]) => [id, purseOf(funder, nowMs)])),
    },
  };
}

function purseOf({ campaign, hadMinor }: Funder, nowMs: number): Purse {
  return {
    active: campaign.status === 'active' && !hasEnded(campaign, nowMs),
    budgetLeftMinor: campaign.budgetMinor - campaign.spentMinor,
    accountLeftMinor: campaign.accountCapMinor - (hadMinor ?? 0n),
  };
}

/** In the order they were written, each with what the member paid within its window. */
async function rulesInForce(reader: Reader, payeeId: string, nowMs: number): Promise<readonly EngineRule[]> {
  const rows = await reader.rows<{
    id: string;
    name: string;
    tiers: string;
    combines: Combines;
    charge_kind: string | null;
    campaign_id: string | null;
    spent_minor: bigint;
  }>(sql`
    select r.id, r.name, r.tiers, r.combines, r.charge_kind, r.campaign_id,
      (select cast(coalesce(sum(c.paid_minor), 0) as bigint) from charges c
       where c.payee_id = ${payeeId}
         and c.charged_at_ms >= case when r.window_days is null then 0 else ${BigInt(nowMs)} - r.window_days * ${DAY_MS} end
         and not exists (select 1 from ledger_transactions t where t.reverses_id = c.transaction_id)) as spent_minor
    from discount_rules r where r.status = 'in_force' order by r.created_at_ms, r.id`);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    tiers: discountTiers.parse(JSON.parse(row.tiers)),
    combines: row.combines,
    chargeKind: row.charge_kind,
    campaignId: row.campaign_id,
    spentMinor: row.spent_minor,
  }));
}

async function fundersOf(
  reader: Reader,
  payeeId: string,
  campaignIds: readonly string[],
): Promise<ReadonlyMap<string, Funder>> {
  if (campaignIds.length === 0) return new Map();
  const rows = await reader.rows<CampaignRow & { had_minor: bigint | null }>(sql`
    select c.*, a.spent_minor as had_minor from campaigns c
    left join campaign_accounts a on a.campaign_id = c.id and a.payee_id = ${payeeId}
    where c.id in (${sql.join(campaignIds)})`);
  return new Map(rows.map((row) => [row.id, { campaign: campaignFromRow(row), hadMinor: row.had_minor }]));
}

/** Credits of the member that may pay a charge of this kind now. */
export async function spendableMinor(reader: Reader, { payeeId, kind }: ChargeTerms, nowMs: number): Promise<bigint> {
  const [row] = await reader.rows<{ spendable: bigint }>(sql`
    select cast(coalesce(sum(l.remaining_minor), 0) as bigint) as spendable from accounts a
    join credit_lots l on l.account_id = a.id
    where a.entity = ${`payee:${payeeId}`} and a.pool = '' and a.asset_id = ${CREDITS}
      and l.remaining_minor > 0 and (l.expires_at_ms is null or l.expires_at_ms > ${BigInt(nowMs)})
      and l.pool in ('', ${kind})`);
  return row?.spendable ?? 0n;
}
