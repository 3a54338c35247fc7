import type { EscrowStatus } from '../contract/escrow-holds.ts';

export interface EscrowHoldTables {
  escrow_holds: {
    /** The ledger's hold has the same. */
    id: string;
    reference: string;
    placement_id: string;
    payee_id: string;
    asset_id: string;
    amount_minor: bigint;
    /** Nothing: only a person releases it. */
    release_at_ms: bigint | null;
    /** 1 when it is released with the placement's guarantee, and moves with it. */
    on_guarantee: bigint;
    status: EscrowStatus;
    version: bigint;
    closed_at_ms: bigint | null;
    closed_by: string | null;
    close_reason: string | null;
    created_by: string;
    idempotency_key: string;
    payload_hash: string;
    created_at_ms: bigint;
    updated_at_ms: bigint;
    /** A deleted hold is listed no more; its key stays used, and the books keep what moved. */
    deleted_at_ms: bigint | null;
  };
}
