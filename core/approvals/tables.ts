import type { ActTerms } from '../contract/acts.ts';

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
    kind: ActTerms['kind'];
    subject: string;
    /** Canonical JSON: two signatures are for one act when their terms are one text. */
    terms: string;
    terms_sha256: string;
    status: 'open' | 'done' | 'stopped';
    created_at_ms: bigint;
    /** Of an act of the recovery sheet: when it takes effect, unless somebody objects. */
    takes_effect_at_ms: bigint | null;
    done_at_ms: bigint | null;
    stopped_at_ms: bigint | null;
    stopped_by: string | null;
    stop_reason: string | null;
  };
  act_signatures: {
    act_id: string;
    /** A person's id, or `recovery`. */
    signer: string;
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
