import type { RailName } from '../contract/payees.ts';
import type { PayoutStatus } from '../contract/payouts.ts';
import type { PaymentMethod, PayoutSource } from '../contract/policy-terms.ts';
import type { AssetId } from '../money/assets.ts';

export interface PayoutTables {
  payouts: {
    id: string;
    reference: string;
    payee_id: string;
    destination_id: string;
    /** Canonical JSON of the destination as it was when requested; this is what is approved and paid. */
    destination: string;
    rail: RailName;
    asset_id: string;
    amount_minor: bigint;
    /** `direct`: the request itself makes the debt. `balance`: it is owed already. */
    funding: 'direct' | 'balance';
    status: PayoutStatus;
    /** Where a quarantined payout came from. */
    status_before: PayoutStatus | null;
    /** How many times it has been held in escrow. */
    cycle: bigint;
    /** Raised by each edit; approvals are for one revision. */
    revision: bigint;
    /** Raised by each change; a guarded update names the one it saw. */
    version: bigint;
    attempts: bigint;
    requested_by: string;
    idempotency_key: string;
    payload_hash: string;
    failed_reason: string | null;
    created_at_ms: bigint;
    updated_at_ms: bigint;
    processed_at_ms: bigint | null;
    settled_at_ms: bigint | null;
    /** Processing does not start before. */
    due_at_ms: bigint | null;
    statement_id: string | null;
    last_retry_at_ms: bigint | null;
    /** What asked for it. */
    source: PayoutSource;
    /** How the rail pays it. */
    method: PaymentMethod;
    /** Of a claimable balance: from when after its creation the treasury may take it back. */
    reclaim_after_s: bigint | null;
    /** Of a contract call: canonical JSON of the contract, the method and its arguments. */
    call_terms: string | null;
  };
  payout_attempts: {
    id: string;
    payout_id: string;
    number: bigint;
    rail: RailName;
    /** The key the provider knows the attempt by. */
    key: string;
    /** What it was made with, whatever its payout is edited to later. */
    asset_id: AssetId;
    amount_minor: bigint;
    /** Nothing where it was made before this was kept, and nobody could tell any more. */
    address: string | null;
    /** `open` until its outcome is known. */
    status: 'open' | 'completed' | 'failed' | 'unsent';
    provider_reference: string | null;
    provider_message: string | null;
    created_at_ms: bigint;
    ended_at_ms: bigint | null;
    /** When the provider's own record of the payment was matched. */
    settled_at_ms: bigint | null;
    /** The provider could not say what became of it, and is not asked about it again before. */
    rest_until_ms: bigint | null;
  };
}
