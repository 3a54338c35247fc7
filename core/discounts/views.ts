/** Discount rules, charges and a member's credits as the window and the API see them. */
import { type RawBuilder, sql } from 'kysely';
import { mintableMinor } from '../campaigns/mint-by-hand.ts';
import type { Charge, CreditAccountView } from '../contract/billing.ts';
import { type DiscountOutcome, type DiscountReason, type DiscountRule, discountTiers } from '../contract/discounts.ts';
import { listLots } from '../ledger/entries.ts';
import { CREDITS } from '../money/assets.ts';
import { unknownPayee } from '../payees/errors.ts';
import type { Reader } from '../store/tx.ts';
import { unknownRule } from './errors.ts';
import { creditsAs } from './quote.ts';

const LOTS_SHOWN = 100;
const CHARGES_SHOWN = 50;
const GRANTS_SHOWN = 50;

/** Those in force in the order they were written, then those that ended, the newest of them first. */
export function listRules(reader: Reader): Promise<DiscountRule[]> {
  return ruleViews(reader, sql`1 = 1`);
}

export async function ruleView(reader: Reader, id: string): Promise<DiscountRule> {
  const [rule] = await ruleViews(reader, sql`r.id = ${id}`);
  if (!rule) throw unknownRule(id);
  return rule;
}

const RULES_LISTED = 1_000;

async function ruleViews(reader: Reader, condition: RawBuilder<unknown>): Promise<DiscountRule[]> {
  const rows = await reader.rows<{
    id: string;
    name: string;
    tiers: string;
    combines: DiscountRule['combines'];
    charge_kind: string | null;
    campaign_id: string | null;
    campaign_name: string | null;
    status: DiscountRule['status'];
    created_at_ms: bigint;
    created_by: string;
    creator_name: string | null;
    ended_at_ms: bigint | null;
  }>(sql`
    select r.*, c.name as campaign_name, f.name as creator_name from discount_rules r
    left join campaigns c on c.id = r.campaign_id left join staff f on f.id = r.created_by
    where ${condition}
    order by case r.status when 'in_force' then 0 else 1 end, coalesce(-r.ended_at_ms, r.created_at_ms), r.id
    limit ${BigInt(RULES_LISTED)}`);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    tiers: discountTiers.parse(JSON.parse(row.tiers)),
    combines: row.combines,
    chargeKind: row.charge_kind,
    campaign: row.campaign_id === null ? null : { id: row.campaign_id, name: row.campaign_name ?? row.campaign_id },
    status: row.status,
    createdAtMs: Number(row.created_at_ms),
    createdBy: row.creator_name ?? row.created_by,
    endedAtMs: row.ended_at_ms === null ? null : Number(row.ended_at_ms),
  }));
}

export async function chargeView(reader: Reader, id: string): Promise<Charge & { outcomes: DiscountOutcome[] }> {
  const [charge] = await chargeViews(reader, sql`c.id = ${id}`, 1);
  if (!charge) throw new Error(`There is no charge ${id}`);
  const outcomes = await outcomesOf(reader, [id]);
  return { ...charge, outcomes: outcomes.map(({ chargeId: _charge, ...outcome }) => outcome) };
}

async function chargeViews(reader: Reader, condition: RawBuilder<unknown>, limit: number): Promise<Charge[]> {
  const currency = await creditsAs(reader);
  const rows = await reader.rows<{
    id: string;
    payee_id: string;
    kind: string;
    reference: string;
    amount_minor: bigint;
    discount_minor: bigint;
    paid_minor: bigint;
    transaction_id: bigint | null;
    charged_at_ms: bigint;
    reversal_id: bigint | null;
  }>(sql`
    select c.id, c.payee_id, c.kind, c.reference, c.amount_minor, c.discount_minor, c.paid_minor, c.transaction_id,
      c.charged_at_ms, t.id as reversal_id
    from charges c left join ledger_transactions t on t.reverses_id = c.transaction_id
    where ${condition} order by c.charged_at_ms desc, c.id desc limit ${BigInt(limit)}`);
  const outcomes = await outcomesOf(
    reader,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => {
    const given = outcomes.filter(({ chargeId, amountMinor }) => chargeId === row.id && amountMinor !== '0');
    const funded = given.filter(({ campaignId }) => campaignId !== null);
    return {
      id: row.id,
      accountId: row.payee_id,
      kind: row.kind,
      reference: row.reference,
      assetCode: currency.assetCode,
      scale: currency.scale,
      amountMinor: row.amount_minor.toString(),
      discountMinor: row.discount_minor.toString(),
      paidMinor: row.paid_minor.toString(),
      fundedMinor: funded.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n).toString(),
      discounts: given.map(({ ruleId, name, basisPoints, amountMinor, campaignId }) => ({
        ruleId,
        name,
        basisPoints,
        amountMinor,
        campaignId,
      })),
      transactionId: row.transaction_id?.toString() ?? null,
      returned: row.reversal_id !== null,
      atMs: Number(row.charged_at_ms),
    };
  });
}

async function outcomesOf(
  reader: Reader,
  chargeIds: readonly string[],
): Promise<readonly (DiscountOutcome & { readonly chargeId: string })[]> {
  if (chargeIds.length === 0) return [];
  const rows = await reader.rows<{
    charge_id: string;
    rule_id: string;
    name: string;
    basis_points: bigint;
    amount_minor: bigint;
    because: DiscountReason;
    campaign_id: string | null;
    explanation: string;
  }>(sql`
    select d.charge_id, d.rule_id, r.name, d.basis_points, d.amount_minor, d.because, d.campaign_id, d.explanation
    from charge_discounts d join discount_rules r on r.id = d.rule_id
    where d.charge_id in (${sql.join(chargeIds)}) order by d.charge_id, d.place`);
  return rows.map((row) => ({
    chargeId: row.charge_id,
    ruleId: row.rule_id,
    name: row.name,
    basisPoints: Number(row.basis_points),
    amountMinor: row.amount_minor.toString(),
    because: row.because,
    campaignId: row.campaign_id,
    explanation: row.explanation,
  }));
}

export async function creditAccountOf(reader: Reader, payeeId: string, nowMs: number): Promise<CreditAccountView> {
  const payee = await reader.db
    .selectFrom('payees')
    .select(['name', 'reference', 'status'])
    .where('id', '=', payeeId)
    .executeTakeFirst();
  if (!payee) throw unknownPayee(payeeId);
  const tags = await reader.db
    .selectFrom('payee_tags')
    .select('tag')
    .where('payee_id', '=', payeeId)
    .orderBy('tag')
    .execute();
  const currency = await creditsAs(reader);
  const [account] = await reader.rows<{ id: bigint; balance_minor: bigint }>(sql`
    select a.id, b.balance_minor from accounts a join account_balances b on b.account_id = a.id
    where a.entity = ${`payee:${payeeId}`} and a.pool = '' and a.asset_id = ${CREDITS}`);
  const grants = await reader.rows<{
    campaign_id: string;
    name: string;
    amount_minor: bigint;
    granted_at_ms: bigint;
  }>(sql`
    select g.campaign_id, c.name, g.amount_minor, g.granted_at_ms
    from campaign_accounts a join campaign_grants g on g.campaign_id = a.campaign_id and g.payee_id = a.payee_id
    join campaigns c on c.id = g.campaign_id
    where a.payee_id = ${payeeId} order by g.lot_id desc limit ${BigInt(GRANTS_SHOWN)}`);
  const lots = account
    ? await listLots(reader, { accountId: account.id, show: 'open' }, { cursor: undefined, limit: LOTS_SHOWN })
    : { items: [] };
  return {
    id: payeeId,
    name: payee.name,
    reference: payee.reference,
    status: payee.status,
    tags: tags.map(({ tag }) => tag),
    assetCode: currency.assetCode,
    scale: currency.scale,
    balanceMinor: (account?.balance_minor ?? 0n).toString(),
    mintableMinor: (await mintableMinor(reader, payeeId, nowMs)).toString(),
    lots: lots.items,
    grants: grants.map((grant) => ({
      campaignId: grant.campaign_id,
      name: grant.name,
      amountMinor: grant.amount_minor.toString(),
      grantedAtMs: Number(grant.granted_at_ms),
    })),
    charges: await chargeViews(reader, sql`c.payee_id = ${payeeId}`, CHARGES_SHOWN),
  };
}
