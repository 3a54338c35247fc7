import type { Combines, DiscountReason } from '../contract/discounts.ts';

export interface DiscountTables {
  discount_rules: {
    id: string;
    name: string;
    /** Canonical JSON of the contract's tiers. */
    tiers: string;
    /** Of tiers by spend; null where all time counts. */
    window_days: bigint | null;
    combines: Combines;
    charge_kind: string | null;
    /** Who pays for it; null where the treasury forgoes it. */
    campaign_id: string | null;
    status: 'in_force' | 'ended';
    created_by: string;
    created_at_ms: bigint;
    ended_at_ms: bigint | null;
    end_reason: string | null;
  };
  charges: {
    id: string;
    payee_id: string;
    kind: string;
    reference: string;
    amount_minor: bigint;
    discount_minor: bigint;
    paid_minor: bigint;
    /** Null where neither the member nor a campaign paid anything. */
    transaction_id: bigint | null;
    idempotency_key: string;
    payload_hash: string;
    charged_by: string;
    charged_at_ms: bigint;
  };
  charge_discounts: {
    charge_id: string;
    rule_id: string;
    place: bigint;
    basis_points: bigint;
    amount_minor: bigint;
    because: DiscountReason;
    campaign_id: string | null;
    explanation: string;
  };
}
