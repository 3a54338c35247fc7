import type { Role } from '../contract/words.ts';

export interface AccessTables {
  staff: {
    id: string;
    name: string;
    /** The name as it is compared: trimmed, NFKC, lower case. */
    name_key: string;
    status: 'active' | 'left';
    public_key: string;
    sealed_private_key: string;
    kdf: string;
    /** SHA-256 of the sign-in proof: the proof is as good as a random key, so one hash is enough. */
    sign_in_verifier: string;
    created_at_ms: bigint;
    left_at_ms: bigint | null;
  };
  staff_roles: {
    staff_id: string;
    role: Role;
    granted_at_ms: bigint;
    granted_by: string;
    revoked_at_ms: bigint | null;
  };
}
