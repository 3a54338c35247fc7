import { createHash } from 'node:crypto';
import { canonical } from '../canonical/canonical.ts';
import type { CampaignFormula, CampaignType } from '../contract/campaigns.ts';
import { Refusal } from '../errors/refusal.ts';
import type { CampaignId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { budgetWrong, campaignMismatch } from './errors.ts';
import { refuseHopeless } from './formulas.ts';

/** A billion credits. Accounts can hold thousands of such budgets before their numbers end. */
export const BUDGET_MINOR_MAX = 1_000_000_000_000_000n;

export interface NewCampaign {
  readonly name: string;
  readonly type: CampaignType;
  readonly formula: CampaignFormula;
  readonly budgetMinor: bigint;
  readonly accountCapMinor?: bigint | undefined;
  readonly keptFor?: string | undefined;
  readonly creditsLastDays?: number | undefined;
  readonly endsAtMs?: number | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** A draft. The same idempotency key with the same content gives the same campaign. */
export async function createCampaign(work: Work, input: NewCampaign): Promise<{ readonly id: CampaignId }> {
  const accountCapMinor = input.accountCapMinor ?? input.budgetMinor;
  if (input.budgetMinor <= 0n || input.budgetMinor > BUDGET_MINOR_MAX) {
    throw budgetWrong('A budget is above zero and at most a billion credits.');
  }
  if (accountCapMinor <= 0n || accountCapMinor > input.budgetMinor) {
    throw budgetWrong('The cap of an account is above zero and at most the budget.');
  }
  if (input.endsAtMs !== undefined && input.endsAtMs <= work.nowMs) {
    throw new Refusal('input.invalid', { field: 'endsAtMs' }, 'The campaign would have ended already.');
  }
  refuseHopeless(input.formula, accountCapMinor);

  const id = work.ids.next('campaign');
  const facts = {
    name: input.name,
    type: input.type,
    formula: { ...input.formula },
    budgetMinor: input.budgetMinor.toString(),
    accountCapMinor: accountCapMinor.toString(),
    keptFor: input.keptFor ?? null,
    creditsLastDays: input.creditsLastDays ?? null,
    endsAtMs: input.endsAtMs ?? null,
  };
  const payloadHash = createHash('sha256').update(canonical(facts)).digest('hex');
  const inserted = await insertRows(
    work.tx,
    'campaigns',
    CAMPAIGN_COLUMNS,
    [
      {
        id,
        name: input.name,
        type: input.type,
        status: 'draft',
        formula: canonical(facts.formula),
        budget_minor: input.budgetMinor,
        spent_minor: 0n,
        account_cap_minor: accountCapMinor,
        grants: 0n,
        kept_for: input.keptFor ?? '',
        credits_last_days: input.creditsLastDays === undefined ? null : BigInt(input.creditsLastDays),
        ends_at_ms: input.endsAtMs === undefined ? null : BigInt(input.endsAtMs),
        idempotency_key: input.idempotencyKey ?? null,
        payload_hash: payloadHash,
        created_by: work.actor.id,
        created_at_ms: BigInt(work.nowMs),
        updated_at_ms: BigInt(work.nowMs),
      },
    ],
    ['idempotency_key'],
  );
  if (inserted === 0) return earlier(work, input.idempotencyKey ?? '', payloadHash);
  const subject = `campaign:${id}`;
  work.audit({ action: 'campaign.create', subject, details: facts });
  work.emit({ name: 'campaign.created', subject });
  return { id };
}

async function earlier(work: Work, key: string, payloadHash: string): Promise<{ readonly id: CampaignId }> {
  const row = await work.tx.db
    .selectFrom('campaigns')
    .select(['id', 'payload_hash'])
    .where('idempotency_key', '=', key)
    .executeTakeFirstOrThrow();
  if (row.payload_hash !== payloadHash) throw campaignMismatch(key);
  work.audit({ action: 'campaign.create', subject: `campaign:${row.id}`, details: { replayed: true } });
  return { id: row.id as CampaignId };
}

const CAMPAIGN_COLUMNS = {
  id: 'text',
  name: 'text',
  type: 'text',
  status: 'text',
  formula: 'text',
  budget_minor: 'bigint',
  spent_minor: 'bigint',
  account_cap_minor: 'bigint',
  grants: 'bigint',
  kept_for: 'text',
  credits_last_days: 'bigint',
  ends_at_ms: 'bigint',
  idempotency_key: 'text',
  payload_hash: 'text',
  created_by: 'text',
  created_at_ms: 'bigint',
  updated_at_ms: 'bigint',
} as const;
