import type { RailName } from '../../contract/payees.ts';
import type { PayoutSource } from '../../contract/policy-terms.ts';

export interface QueueTables {
  /** How payouts that wait stand, each way once. */
  approval_queue_groups: {
    /** SHA-256 over the rest, shortened. */
    id: string;
    rail: RailName;
    asset_id: string;
    source: PayoutSource;
    import_id: string | null;
    /** `asks`: somebody's approval is missing. `changes`: to be changed first. `blocked`: no rule lets it go on. */
    state: 'asks' | 'changes' | 'blocked';
    /** Canonical JSON of who is asked next; null where nobody is. */
    asks: string;
    /** Canonical JSON: those who asked for it or have approved it, sorted. */
    excluded: string;
  };
  /** One row for each pending payout; what a page is filtered and sorted by. */
  approval_queue: {
    payout_id: string;
    group_id: string;
    payee_id: string;
    statement_id: string | null;
    created_at_ms: bigint;
    /** Far away where it is due at once, or no approval is in: such rows come last. */
    due_at_ms: bigint;
    amount_minor: bigint;
    payee_key: string;
    expires_at_ms: bigint;
    /** The words that it is found by, each with a space before. */
    search_text: string;
    /** When time alone may have changed what it needs; null where it cannot. */
    look_again_at_ms: bigint | null;
  };
  approval_queue_words: {
    word: string;
    payout_id: string;
  };
  approval_queue_state: {
    one: bigint;
    /** Null until the payouts of an earlier version's vault are laid out. */
    laid_out_at_ms: bigint | null;
  };
  change_requests: {
    id: string;
    payout_id: string;
    revision: bigint;
    asked_by: string;
    text: string;
    asked_at_ms: bigint;
    closed_at_ms: bigint | null;
    closed_by: string | null;
    outcome: 'edited' | 'lifted' | 'ended' | null;
  };
  saved_views: {
    id: string;
    staff_id: string;
    name: string;
    name_key: string;
    filter: string;
    sort: string;
    created_at_ms: bigint;
  };
}
