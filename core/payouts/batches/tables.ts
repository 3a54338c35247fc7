import type { BatchState } from '../../contract/batches.ts';
import type { RailName } from '../../contract/payees.ts';

export interface BatchTables {
  provider_batches: {
    id: string;
    rail: RailName;
    /** The provider's name for it; null until it answered. */
    reference: string | null;
    state: BatchState;
    version: bigint;
    payments: bigint;
    /** Codes that were given to the provider, taken or not. */
    tries: bigint;
    tries_max: bigint;
    asked_at_ms: bigint;
    expires_at_ms: bigint | null;
    /** A code was about to be given and no answer was written down: it may have been taken. */
    code_given_at_ms: bigint | null;
    code_given_by: string | null;
    withheld: string | null;
    said: string | null;
    /** The provider may take the next at this time; it refused this one for now. */
    retry_at_ms: bigint | null;
    released_by: string | null;
    ended_at_ms: bigint | null;
    /** Somebody said, after it lapsed, that the next may be prepared. */
    passed_over_at_ms: bigint | null;
  };
  provider_batch_payments: {
    batch_id: string;
    position: bigint;
    payout_id: string;
    attempt_id: string;
  };
}
