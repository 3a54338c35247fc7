import type { CampaignStatus, CampaignType } from '../contract/campaigns.ts';

export interface CampaignTables {
  campaigns: {
    id: string;
    name: string;
    type: CampaignType;
    status: CampaignStatus;
    /** Canonical JSON of the contract's formula. */
    formula: string;
    budget_minor: bigint;
    /** Grants and funded discounts together; it never falls. */
    spent_minor: bigint;
    account_cap_minor: bigint;
    grants: bigint;
    /** The kind of charge that its credits may pay; empty where they pay any. */
    kept_for: string;
    credits_last_days: bigint | null;
    ends_at_ms: bigint | null;
    idempotency_key: string | null;
    payload_hash: string;
    created_by: string;
    created_at_ms: bigint;
    updated_at_ms: bigint;
  };
  campaign_accounts: {
    campaign_id: string;
    payee_id: string;
    /** The campaign's own, so that the database can hold the line. */
    cap_minor: bigint;
    spent_minor: bigint;
  };
  campaign_grants: {
    campaign_id: string;
    payee_id: string;
    amount_minor: bigint;
    basis_minor: bigint | null;
    lot_id: bigint;
    granted_at_ms: bigint;
  };
}
