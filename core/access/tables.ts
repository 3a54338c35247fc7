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
  second_factors: {
    id: string;
    staff_id: string;
    sealed_secret: string;
    /** `waiting`: shown, and no code of it seen yet. */
    status: 'waiting' | 'in_force' | 'ended';
    /** The step of the last code that counted: that one and those before count no more. */
    last_step: bigint;
    begun_at_ms: bigint;
    confirmed_at_ms: bigint | null;
    ended_at_ms: bigint | null;
    end_reason: 'abandoned' | 'replaced' | 'reset' | null;
  };
  recovery_codes: {
    factor_id: string;
    code_hash: string;
    made_at_ms: bigint;
    used_at_ms: bigint | null;
    /** When others took their place. */
    ended_at_ms: bigint | null;
  };
  staff_sign_ins: {
    staff_id: string;
    /** Sessions of an epoch before this one have ended. */
    session_epoch: bigint;
    signed_in_at_ms: bigint | null;
    host: string | null;
    ip: string | null;
  };
  /** Tries since the last right answer. */
  failed_tries: {
    key_hash: string;
    count: bigint;
    not_before_ms: bigint;
    last_at_ms: bigint;
  };
  /** When a program asked last. */
  service_sightings: {
    subject: string;
    last_seen_at_ms: bigint;
  };
}
