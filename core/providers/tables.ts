import type { ProviderRail } from '../contract/providers.ts';

export interface ProviderTables {
  /** Whose account each rail pays from: what is remembered of it is true of no other. */
  provider_accounts: {
    rail: ProviderRail;
    account: string;
    since_ms: bigint;
  };
  /** What providers told the server, verified, as it came. */
  provider_webhooks: {
    rail: ProviderRail;
    delivery_id: string;
    received_at_ms: bigint;
    /** When it happened, says the provider; null where it does not say. */
    told_at_ms: bigint | null;
    kind: string;
    raw: string;
  };
}
