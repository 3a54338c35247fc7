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
  acts: {
    id: string;
    kind: 'resolution' | 'unfreeze' | 'lift_fence';
    subject: string;
    /** Canonical JSON: two signatures are for one act when their terms are one text. */
    terms: string;
    status: 'open' | 'done';
    created_at_ms: bigint;
    done_at_ms: bigint | null;
  };
  act_signatures: {
    act_id: string;
    staff_id: string;
    statement: string;
    signature: string;
    signed_at_ms: bigint;
  };
  freezes: {
    id: string;
    scope: 'vault' | 'rail' | 'asset' | 'payee';
    /** Empty for the whole vault. */
    target: string;
    reason: string;
    frozen_by: string;
    frozen_at_ms: bigint;
    lifted_at_ms: bigint | null;
  };
}
