import type { Selectable } from 'kysely';
import {
  type CampaignFormula,
  type CampaignStatus,
  type CampaignType,
  campaignFormula,
} from '../contract/campaigns.ts';
import type { CampaignId } from '../ids/ids.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { unknownCampaign } from './errors.ts';
import type { CampaignTables } from './tables.ts';

export interface CampaignRecord {
  readonly id: CampaignId;
  readonly name: string;
  readonly type: CampaignType;
  readonly status: CampaignStatus;
  readonly formula: CampaignFormula;
  readonly budgetMinor: bigint;
  readonly spentMinor: bigint;
  readonly accountCapMinor: bigint;
  readonly grants: number;
  readonly keptFor: string | null;
  readonly creditsLastDays: number | null;
  readonly endsAtMs: number | null;
  readonly payloadHash: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export type CampaignRow = Selectable<CampaignTables['campaigns']>;

export function campaignFromRow(row: CampaignRow): CampaignRecord {
  return {
    id: row.id as CampaignId,
    name: row.name,
    type: row.type,
    status: row.status,
    formula: campaignFormula.parse(JSON.parse(row.formula)),
    budgetMinor: row.budget_minor,
    spentMinor: row.spent_minor,
    accountCapMinor: row.account_cap_minor,
    grants: Number(row.grants),
    keptFor: row.kept_for === '' ? null : row.kept_for,
    creditsLastDays: row.credits_last_days === null ? null : Number(row.credits_last_days),
    endsAtMs: row.ends_at_ms === null ? null : Number(row.ends_at_ms),
    payloadHash: row.payload_hash,
    createdBy: row.created_by,
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
  };
}

export async function getCampaign(reader: Reader, id: string): Promise<CampaignRecord> {
  const row = await reader.db.selectFrom('campaigns').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw unknownCampaign(id);
  return campaignFromRow(row);
}

/** Nobody else spends from it or changes it until the transaction ends. */
export async function lockCampaign(tx: Tx, id: string): Promise<CampaignRecord> {
  const query = tx.write.selectFrom('campaigns').selectAll().where('id', '=', id);
  const row = await (tx.dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw unknownCampaign(id);
  return campaignFromRow(row);
}

/** The same of several at once, always in one order, so that two who need the same ones wait instead of deadlocking. */
export async function lockCampaigns(tx: Tx, ids: readonly string[]): Promise<readonly CampaignRecord[]> {
  if (ids.length === 0) return [];
  const query = tx.write.selectFrom('campaigns').selectAll().where('id', 'in', ids).orderBy('id');
  return (await (tx.dialect === 'postgres' ? query.forUpdate() : query).execute()).map(campaignFromRow);
}
