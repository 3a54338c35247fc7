import type { ScheduleStatus } from '../contract/schedules.ts';

export interface ScheduleTables {
  placements: {
    /** The customer's own. */
    id: string;
    /** A day, such as 2026-09-30. */
    guarantee_completion_date: string | null;
    created_at_ms: bigint;
    updated_at_ms: bigint;
  };
  payout_schedules: {
    id: string;
    reference: string;
    placement_id: string | null;
    payee_id: string;
    destination_id: string;
    asset_id: string;
    amount_minor: bigint;
    funding: 'direct' | 'balance';
    due_at_ms: bigint;
    /** 1 when it falls due with the placement's guarantee, and moves with it. */
    on_guarantee: bigint;
    status: ScheduleStatus;
    version: bigint;
    /** Tries to create its payout that were refused. */
    retry_count: bigint;
    failure_reason: string | null;
    last_retry_at_ms: bigint | null;
    payout_id: string | null;
    processed_at_ms: bigint | null;
    cancel_reason: string | null;
    /** Whose request the payout will be. */
    written_by: string;
    idempotency_key: string;
    payload_hash: string;
    created_at_ms: bigint;
    updated_at_ms: bigint;
    /** A deleted schedule is listed no more; its key stays used. */
    deleted_at_ms: bigint | null;
  };
}
