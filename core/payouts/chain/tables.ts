import type { ChainMode, ChainPurpose, ChainState } from '../../contract/chain.ts';
import type { ClaimState } from '../../contract/payouts.ts';
import type { AssetId } from '../../money/assets.ts';

export interface ChainTables {
  chain_transactions: {
    id: string;
    network: string;
    source: string;
    sequence: bigint;
    hash: string;
    mode: ChainMode;
    state: ChainState;
    /** Raised by each change; a guarded update names the one it saw. */
    version: bigint;
    /** As built, without signatures. */
    envelope: string;
    /** With the signatures that are in; what is submitted, once they are enough. */
    signed_envelope: string | null;
    /** Canonical JSON of the source's signers and thresholds when it was built. */
    authority: string;
    /** How many operations it has. */
    payments: bigint;
    /** To pay, or to take back what nobody claimed. */
    purpose: ChainPurpose;
    fee_minor: bigint;
    /** Of a contract call, contained in the fee. */
    resource_fee_minor: bigint;
    /** Canonical JSON of the one call that makes all of its payments; null where they are operations. */
    call_terms: string | null;
    /** When the call was tried out last. */
    simulated_at_ms: bigint | null;
    max_time_s: bigint;
    /** The last ledger before it was built: it can only be in a later one. */
    ledger_before: bigint;
    handed_out_at_ms: bigint | null;
    submissions: bigint;
    ledger: bigint | null;
    fee_charged_minor: bigint | null;
    /** Whose account it was taken from; null before it is in a ledger. */
    fee_source: string | null;
    words: string | null;
    built_by: string;
    built_at_ms: bigint;
    signed_at_ms: bigint | null;
    /** The last time. */
    submitted_at_ms: bigint | null;
    ended_at_ms: bigint | null;
  };
  chain_payments: {
    transaction_id: string;
    /** Of its operation, from 0. */
    position: bigint;
    payout_id: string;
    attempt_id: string;
  };
  claimable_balances: {
    /** The network's own. */
    id: string;
    network: string;
    payout_id: string;
    transaction_id: string;
    position: bigint;
    /** What it holds, whatever its payout is edited to later. */
    asset_id: AssetId;
    amount_minor: bigint;
    /** The one it was made in. */
    ledger: bigint;
    created_at_ms: bigint;
    reclaimable_from_ms: bigint;
    state: ClaimState;
    /** Of the transaction that ended it. */
    hash: string | null;
    ended_at_ms: bigint | null;
    looked_at_ms: bigint;
  };
  chain_reclaims: {
    transaction_id: string;
    position: bigint;
    balance_id: string;
  };
  chain_bumps: {
    hash: string;
    transaction_id: string;
    fee_source: string;
    fee_minor: bigint;
    /** Signed. */
    envelope: string;
    built_at_ms: bigint;
  };
}
