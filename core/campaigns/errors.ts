import type { CampaignStatus } from '../contract/campaigns.ts';
import { Refusal } from '../errors/refusal.ts';

export class CampaignError extends Refusal {
  override readonly name = 'CampaignError';
}

export const unknownCampaign = (id: string) => new CampaignError('campaign.unknown', { id });
export const campaignState = (id: string, status: CampaignStatus) =>
  new CampaignError('campaign.state', { id, status });
export const campaignEnded = (id: string, endsAtMs: number) => new CampaignError('campaign.ended', { id, endsAtMs });
export const campaignMismatch = (idempotencyKey: string) =>
  new CampaignError('campaign.idempotency_mismatch', { idempotencyKey });
export const budgetWrong = (sentence: string) => new CampaignError('campaign.budget', {}, sentence);
export const formulaWrong = (sentence: string) => new CampaignError('campaign.formula', {}, sentence);
export const batchSize = (accounts: number, most: number) =>
  new CampaignError('campaign.batch_size', { accounts, most });
export const duplicateAccount = (accountId: string) => new CampaignError('campaign.duplicate_account', { accountId });
export const basisMissing = (accountId: string) => new CampaignError('campaign.basis', { accountId });
export const overBudget = (id: string, neededMinor: bigint, leftMinor: bigint) =>
  new CampaignError('campaign.over_budget', {
    id,
    neededMinor: neededMinor.toString(),
    leftMinor: leftMinor.toString(),
  });
export const overCap = (id: string, accountId: string, neededMinor: bigint, leftMinor: bigint) =>
  new CampaignError('campaign.over_cap', {
    id,
    accountId,
    neededMinor: neededMinor.toString(),
    leftMinor: leftMinor.toString(),
  });
export const nothingToGrant = (id: string) => new CampaignError('campaign.nothing_to_grant', { id });
export const mintCap = (accountId: string, capMinor: bigint, leftMinor: bigint) =>
  new CampaignError('credits.mint_cap', { accountId, capMinor: capMinor.toString(), leftMinor: leftMinor.toString() });
