/**
 * Charges: a fee that a member owes the platform, paid from credits. The discounts are worked out
 * anew, while nobody else can charge this member or spend from the campaigns that pay for them; then
 * the member's credits and the campaigns' funding go over in one ledger transaction.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { lockCampaigns } from '../campaigns/repository.ts';
import { countSpent } from '../campaigns/spending.ts';
import { canonical } from '../canonical/canonical.ts';
import type { ChargeId, PayeeId } from '../ids/ids.ts';
import { campaignAccount } from '../ledger/accounts.ts';
import { spendCredits } from '../ledger/spending.ts';
import { CREDITS } from '../money/assets.ts';
import { unknownPayee } from '../payees/errors.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { type Discounted, discountsOn } from './engine.ts';
import { chargeMismatch, chargeStale } from './errors.ts';
import { type Currency, explain } from './explain.ts';
import { type Funder, factsOf } from './facts.ts';
import { creditsAs } from './quote.ts';

export interface NewCharge {
  readonly payeeId: string;
  readonly kind: string;
  readonly amountMinor: bigint;
  readonly reference: string;
  /** What the member was told to pay. */
  readonly expectedMinor?: bigint | undefined;
  /** The same key charges once. */
  readonly idempotencyKey: string;
}

export async function makeCharge(
  work: Work,
  input: NewCharge,
): Promise<{ readonly id: ChargeId; readonly replayed: boolean }> {
  const { tx, nowMs } = work;
  await lockMember(work, input.payeeId);
  const payloadHash = hashOf(input);
  const earlier = await tx.db
    .selectFrom('charges')
    .select(['id', 'payload_hash'])
    .where('idempotency_key', '=', input.idempotencyKey)
    .executeTakeFirst();
  if (earlier) {
    if (earlier.payload_hash !== payloadHash) throw chargeMismatch(input.idempotencyKey);
    work.audit({ action: 'charge.make', subject: `charge:${earlier.id}`, details: { replayed: true } });
    return { id: earlier.id as ChargeId, replayed: true };
  }

  const { facts, rules, funders } = await factsOf(tx, input, nowMs, (ids) => lockCampaigns(tx, ids));
  const discounted = discountsOn(facts, rules);
  if (input.expectedMinor !== undefined && input.expectedMinor !== discounted.toPayMinor) {
    throw chargeStale(input.expectedMinor, discounted.toPayMinor);
  }
  const id = work.ids.next('charge');
  const funding = fundingOf(discounted);
  const transactionId = await pay(work, id, input, discounted.toPayMinor, funding);
  await countFunding(work, input.payeeId, funding, funders);
  await insertCharge(work, { id, input, payloadHash, discounted, transactionId });

  const subject = `charge:${id}`;
  work.audit({
    action: 'charge.make',
    subject,
    details: {
      payee: input.payeeId,
      kind: input.kind,
      reference: input.reference,
      amountMinor: input.amountMinor.toString(),
      discountMinor: discounted.discountMinor.toString(),
      paidMinor: discounted.toPayMinor.toString(),
      discounts: discounted.outcomes
        .filter(({ amountMinor }) => amountMinor > 0n)
        .map(({ rule, amountMinor }) => ({
          rule: rule.id,
          amountMinor: amountMinor.toString(),
          campaign: rule.campaignId,
        })),
    },
  });
  work.emit({ name: 'charge.made', subject, payload: { payee: input.payeeId } });
  return { id, replayed: false };
}

/** Charges of one member come one after another: what was paid before decides about the next. */
async function lockMember({ tx }: Work, payeeId: string): Promise<void> {
  const query = tx.write.selectFrom('payees').select('id').where('id', '=', payeeId);
  const row = await (tx.dialect === 'postgres' ? query.forNoKeyUpdate() : query).executeTakeFirst();
  if (!row) throw unknownPayee(payeeId);
}

function hashOf({ payeeId, kind, amountMinor, reference }: NewCharge): string {
  const content = canonical({ payeeId, kind, amountMinor: amountMinor.toString(), reference });
  return createHash('sha256').update(content).digest('hex');
}

/** Several rules of one campaign are paid in one sum. */
function fundingOf({ outcomes }: Discounted): ReadonlyMap<string, bigint> {
  const funding = new Map<string, bigint>();
  for (const { rule, amountMinor } of outcomes) {
    if (rule.campaignId === null || amountMinor === 0n) continue;
    funding.set(rule.campaignId, (funding.get(rule.campaignId) ?? 0n) + amountMinor);
  }
  return funding;
}

async function pay(
  work: Work,
  id: ChargeId,
  input: NewCharge,
  toPayMinor: bigint,
  funding: ReadonlyMap<string, bigint>,
): Promise<bigint | null> {
  if (toPayMinor === 0n && funding.size === 0) return null;
  const { transactionId } = await spendCredits(work, {
    key: `charge:${id}`,
    payeeId: input.payeeId as PayeeId,
    amountMinor: toPayMinor,
    reference: `charge:${id}`,
    pool: input.kind,
    funding: [...funding].map(([campaignId, amountMinor]) => ({
      from: campaignAccount(campaignId, CREDITS),
      amountMinor,
    })),
  });
  return transactionId;
}

async function countFunding(
  work: Work,
  payeeId: string,
  funding: ReadonlyMap<string, bigint>,
  funders: ReadonlyMap<string, Funder>,
): Promise<void> {
  for (const [campaignId, amountMinor] of funding) {
    const funder = funders.get(campaignId);
    if (!funder) throw new Error(`${campaignId} pays for a discount and was not read`);
    await countSpent(work, funder.campaign, [{ payeeId, amountMinor, hadMinor: funder.hadMinor }]);
  }
}

interface Made {
  readonly id: ChargeId;
  readonly input: NewCharge;
  readonly payloadHash: string;
  readonly discounted: Discounted;
  readonly transactionId: bigint | null;
}

async function insertCharge(work: Work, { id, input, payloadHash, discounted, transactionId }: Made): Promise<void> {
  const { changed } = await work.tx.run(sql`
    insert into charges (id, payee_id, kind, reference, amount_minor, discount_minor, paid_minor, transaction_id,
      idempotency_key, payload_hash, charged_by, charged_at_ms)
    values (${id}, ${input.payeeId}, ${input.kind}, ${input.reference}, ${input.amountMinor}, ${discounted.discountMinor},
      ${discounted.toPayMinor}, ${transactionId}, ${input.idempotencyKey}, ${payloadHash}, ${work.actor.id}, ${BigInt(work.nowMs)})
    on conflict (idempotency_key) do nothing`);
  // Only a charge of another member can have come in between with the same key.
  if (changed === 0n) throw chargeMismatch(input.idempotencyKey);
  const currency: Currency = await creditsAs(work.tx);
  await insertRows(
    work.tx,
    'charge_discounts',
    DISCOUNT_COLUMNS,
    discounted.outcomes.map((outcome, place) => ({
      charge_id: id,
      rule_id: outcome.rule.id,
      place: BigInt(place),
      basis_points: BigInt(outcome.basisPoints),
      amount_minor: outcome.amountMinor,
      because: outcome.because,
      campaign_id: outcome.rule.campaignId,
      explanation: explain(outcome, input.amountMinor, currency),
    })),
  );
}

const DISCOUNT_COLUMNS = {
  charge_id: 'text',
  rule_id: 'text',
  place: 'bigint',
  basis_points: 'bigint',
  amount_minor: 'bigint',
  because: 'text',
  campaign_id: 'text',
  explanation: 'text',
} as const;
