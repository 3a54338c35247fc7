export interface ApprovalTables {
  policies: {
    version: bigint;
    /** Canonical JSON of the ordered rules. */
    rules: string;
    created_at_ms: bigint;
    created_by: string;
  };
  approvals: {
    id: string;
    payout_id: string;
    revision: bigint;
    staff_id: string;
    /** The very text that was signed. */
    statement: string;
    signature: string;
    given_at_ms: bigint;
    expires_at_ms: bigint;
    voided_at_ms: bigint | null;
    void_reason: string | null;
  };
}
