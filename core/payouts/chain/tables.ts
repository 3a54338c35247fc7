import type { ChainMode, ChainState } from '../../contract/chain.ts';

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
    payments: bigint;
    fee_minor: bigint;
    max_time_s: bigint;
    /** The last ledger before it was built: it can only be in a later one. */
    ledger_before: bigint;
    handed_out_at_ms: bigint | null;
    submissions: bigint;
    ledger: bigint | null;
    fee_charged_minor: bigint | null;
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
