export interface TrustTables {
  trust_founding: {
    one: bigint;
    /** Canonical text; its SHA-256 is the fingerprint, which is never read from here. */
    statement: string;
    /** The fingerprint, sealed in the box of secrets; null where an older treasury was brought under the chain. */
    sealed_fingerprint: string | null;
  };
  /** Governance acts that were done, each with the hash of the one before. Append only. */
  trust_acts: {
    seq: bigint;
    act_id: string;
    /** Canonical JSON of the terms. */
    terms: string;
    /** Canonical JSON: the statements and signatures that counted. */
    signatures: string;
    hash: string;
    done_at_ms: bigint;
  };
  staff_groups: {
    staff_id: string;
    group_name: string;
    granted_at_ms: bigint;
    granted_by: string;
    revoked_at_ms: bigint | null;
  };
  /** What a new person or key brings along, sealed, until the act about it is done. */
  key_proposals: {
    public_key: string;
    staff_id: string;
    /** The person's name, for their key slot. */
    name: string;
    /** Null once their key slot is made, or the act can no more be done. */
    sealed: string | null;
    proposed_by: string;
    proposed_at_ms: bigint;
    /** When the act was done, from which on the slot can be made. */
    accepted_at_ms: bigint | null;
  };
}
