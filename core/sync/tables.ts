import type { RailName } from '../contract/payees.ts';
import type { OnwardPayment } from '../rails/provider.ts';

export interface SyncTables {
  provider_events: {
    provider: string;
    event_id: string;
    received_at_ms: bigint;
    /** As it came. */
    raw: string;
    /** The payment it is about: the provider's name for it, and our key where the record has it. */
    reference: string | null;
    key: string | null;
    /** Canonical JSON of what the adapter made of it. */
    record: string | null;
    handled_at_ms: bigint | null;
    /** Nothing until it was looked at. */
    outcome: string | null;
    /** The payout it turned out to be about. */
    payout_id: string | null;
    /** When it happened, says the provider. */
    at_ms: bigint | null;
    /** How many times it could not be handled, when it is tried again, and why not. */
    tries: bigint;
    next_try_at_ms: bigint | null;
    error: string | null;
  };
  sync_cursors: {
    provider: string;
    cursor: string;
    updated_at_ms: bigint;
  };
  provider_health: {
    rail: RailName;
    /** When its history was last read to the end. */
    last_ok_at_ms: bigint | null;
    /** When the newest thing happened that it told of. */
    newest_at_ms: bigint | null;
    /** How many times in a row it did not answer, and since when. */
    failures: bigint;
    failing_since_ms: bigint | null;
    /** Since when it has been said to be unhealthy. */
    unhealthy_since_ms: bigint | null;
    /** Nobody asks it before, unless a person says so. */
    back_off_until_ms: bigint | null;
    /** Nobody asks it before, because it said so itself. */
    quiet_until_ms: bigint | null;
    /** Kept after it has recovered. */
    last_error: string | null;
    last_error_at_ms: bigint | null;
    /** What came so far of a history that is not read to its end yet. */
    pages: bigint;
    records: bigint;
  };
  onward_payments: {
    rail: RailName;
    /** The provider's name for the payment that we made. */
    reference: string;
    payout_id: string;
    onward_reference: string | null;
    /** `none` before there is one. */
    status: OnwardPayment['status'] | 'none';
    raw_status: string | null;
    message: string | null;
    arrives_at_ms: bigint | null;
    /** When the payment was settled that it goes on from. */
    settled_at_ms: bigint;
    changed_at_ms: bigint;
    asked_at_ms: bigint;
    /** Nothing once nothing more can happen to it. */
    next_ask_at_ms: bigint | null;
  };
}
