/**
 * Batch grants. The campaign is locked first, so that batches of one campaign come one after
 * another; the whole batch is looked at before anything is written; then each account gets one lot,
 * in as many statements for a thousand as for one.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { GRANT_BATCH_MAX } from '../contract/campaigns.ts';
import { invariant } from '../errors/refusal.ts';
import type { PayeeId } from '../ids/ids.ts';
import { campaignAccount } from '../ledger/accounts.ts';
import { type Minted, mintLots } from '../ledger/lots.ts';
import { CREDITS } from '../money/assets.ts';
import { payeeClosed, unknownPayee } from '../payees/errors.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';
import {
  batchSize,
  campaignEnded,
  campaignState,
  duplicateAccount,
  nothingToGrant,
  overBudget,
  overCap,
} from './errors.ts';
import { amountsOf, type FormulaAccount } from './formulas.ts';
import { hasEnded } from './lifecycle.ts';
import { type CampaignRecord, lockCampaign } from './repository.ts';
import { countSpent } from './spending.ts';

const DAY_MS = 24 * 3_600_000;

export interface GrantBatch {
  readonly campaignId: string;
  readonly grants: readonly FormulaAccount[];
}

export interface GrantOutcome {
  readonly accountId: string;
  readonly outcome: 'granted' | 'repeated' | 'nothing';
  readonly amountMinor: bigint;
  readonly lotId: bigint | null;
}

export interface GrantedBatch {
  /** In the order asked for. */
  readonly grants: readonly GrantOutcome[];
  readonly granted: number;
  readonly totalMinor: bigint;
}

export async function grantBatch(work: Work, { campaignId, grants }: GrantBatch): Promise<GrantedBatch> {
  refuseIllFormed(grants);
  const campaign = await lockCampaign(work.tx, campaignId);
  if (campaign.status !== 'active') throw campaignState(campaignId, campaign.status);
  if (campaign.endsAtMs !== null && hasEnded(campaign, work.nowMs)) throw campaignEnded(campaignId, campaign.endsAtMs);

  const known = await accountsOf(work.tx, campaign, grants);
  const fresh = planned(campaign, grants, known);
  const lots = await mint(work, campaign, fresh);
  await countSpent(
    work,
    campaign,
    fresh.map(({ accountId, amountMinor, account }) => ({
      payeeId: accountId,
      amountMinor,
      hadMinor: account.had_minor,
    })),
    fresh.length,
  );
  await insertRows(
    work.tx,
    'campaign_grants',
    GRANT_COLUMNS,
    fresh.map(({ accountId, amountMinor, basisMinor }, index) => ({
      campaign_id: campaign.id,
      payee_id: accountId,
      amount_minor: amountMinor,
      basis_minor: basisMinor ?? null,
      lot_id: lots[index]?.lotId as bigint,
      granted_at_ms: BigInt(work.nowMs),
    })),
  );
  const batch = { grants: outcomesOf(grants, known, fresh, lots), granted: fresh.length, totalMinor: totalOf(fresh) };
  note(work, campaign, batch);
  return batch;
}

function refuseIllFormed(grants: readonly FormulaAccount[]): void {
  if (grants.length === 0 || grants.length > GRANT_BATCH_MAX) throw batchSize(grants.length, GRANT_BATCH_MAX);
  const seen = new Set<string>();
  for (const { accountId } of grants) {
    if (seen.has(accountId)) throw duplicateAccount(accountId);
    seen.add(accountId);
  }
}

interface KnownAccount {
  readonly id: string;
  readonly status: 'active' | 'closed';
  /** What it had of this campaign. */
  readonly had_minor: bigint | null;
  /** Its grant, when it was given one before. */
  readonly amount_minor: bigint | null;
  readonly lot_id: bigint | null;
}

async function accountsOf(
  reader: Reader,
  campaign: CampaignRecord,
  grants: readonly FormulaAccount[],
): Promise<ReadonlyMap<string, KnownAccount>> {
  const wanted = jsonRows(
    reader.dialect,
    { id: 'text' },
    grants.map(({ accountId }) => ({ id: accountId })),
  );
  const rows = await reader.rows<KnownAccount>(sql`
    select p.id, p.status, a.spent_minor as had_minor, g.amount_minor, g.lot_id
    from ${wanted} as w join payees p on p.id = w.id
    left join campaign_accounts a on a.campaign_id = ${campaign.id} and a.payee_id = p.id
    left join campaign_grants g on g.campaign_id = ${campaign.id} and g.payee_id = p.id`);
  return new Map(rows.map((row) => [row.id, row]));
}

interface PlannedGrant extends FormulaAccount {
  readonly account: KnownAccount;
  readonly amountMinor: bigint;
}

/** The grants to be made now; refused as a whole when one of them cannot be. */
function planned(
  campaign: CampaignRecord,
  grants: readonly FormulaAccount[],
  known: ReadonlyMap<string, KnownAccount>,
): readonly PlannedGrant[] {
  const first = grants.flatMap((grant) => {
    const account = known.get(grant.accountId);
    if (!account) throw unknownPayee(grant.accountId);
    if (account.lot_id !== null) return [];
    if (account.status === 'closed') throw payeeClosed(grant.accountId);
    return [{ ...grant, account }];
  });
  const amounts = amountsOf(campaign.formula, first);
  const fresh = first
    .map((grant, index) => ({ ...grant, amountMinor: amounts[index] ?? 0n }))
    .filter(({ amountMinor }) => amountMinor > 0n)
    // Always in the same order, so that batches of two campaigns wait for each other instead of deadlocking.
    .sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  if (fresh.length === 0 && first.length === grants.length) throw nothingToGrant(campaign.id);
  for (const { accountId, amountMinor, account } of fresh) {
    const leftMinor = campaign.accountCapMinor - (account.had_minor ?? 0n);
    if (amountMinor > leftMinor) throw overCap(campaign.id, accountId, amountMinor, leftMinor);
  }
  const leftMinor = campaign.budgetMinor - campaign.spentMinor;
  const neededMinor = totalOf(fresh);
  if (neededMinor > leftMinor) throw overBudget(campaign.id, neededMinor, leftMinor);
  return fresh;
}

const totalOf = (grants: readonly PlannedGrant[]): bigint => grants.reduce((sum, grant) => sum + grant.amountMinor, 0n);

async function mint(work: Work, campaign: CampaignRecord, fresh: readonly PlannedGrant[]): Promise<readonly Minted[]> {
  if (fresh.length === 0) return [];
  const { creditsLastDays, keptFor } = campaign;
  const funder = campaignAccount(campaign.id, CREDITS);
  return mintLots(
    work,
    fresh.map(({ accountId, amountMinor }) => ({
      key: `campaign:${campaign.id}:${accountId}`,
      payeeId: accountId as PayeeId,
      amountMinor,
      source: `campaign:${campaign.id}`,
      funder,
      ...(keptFor === null ? {} : { pool: keptFor }),
      ...(creditsLastDays === null ? {} : { expiresAtMs: work.nowMs + creditsLastDays * DAY_MS }),
    })),
  );
}

function outcomesOf(
  grants: readonly FormulaAccount[],
  known: ReadonlyMap<string, KnownAccount>,
  fresh: readonly PlannedGrant[],
  lots: readonly Minted[],
): readonly GrantOutcome[] {
  const made = new Map(
    fresh.map(({ accountId, amountMinor }, index) => [accountId, { amountMinor, lot: lots[index] }]),
  );
  return grants.map(({ accountId }): GrantOutcome => {
    const now = made.get(accountId);
    if (now) {
      invariant(now.lot, 'each grant has its lot');
      return { accountId, outcome: 'granted', amountMinor: now.amountMinor, lotId: now.lot.lotId };
    }
    const { amount_minor: before = null, lot_id: lotId = null } = known.get(accountId) ?? {};
    if (before !== null) return { accountId, outcome: 'repeated', amountMinor: before, lotId };
    return { accountId, outcome: 'nothing', amountMinor: 0n, lotId: null };
  });
}

function note(work: Work, campaign: CampaignRecord, { grants, granted, totalMinor }: GrantedBatch): void {
  const items = createHash('sha256');
  for (const { accountId, outcome, amountMinor } of grants) items.update(`${accountId} ${outcome} ${amountMinor}\n`);
  const subject = `campaign:${campaign.id}`;
  work.audit({
    action: 'campaign.grant',
    subject,
    details: {
      accounts: grants.length,
      granted,
      totalMinor: totalMinor.toString(),
      spentMinor: (campaign.spentMinor + totalMinor).toString(),
      sha256: items.digest('hex'),
    },
  });
  if (granted > 0) {
    work.emit({ name: 'campaign.granted', subject, payload: { grants: granted, totalMinor: totalMinor.toString() } });
  }
}

const GRANT_COLUMNS = {
  campaign_id: 'text',
  payee_id: 'text',
  amount_minor: 'bigint',
  basis_minor: 'bigint',
  lot_id: 'bigint',
  granted_at_ms: 'bigint',
} as const;
