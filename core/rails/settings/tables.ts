import type { RailName } from '../../contract/payees.ts';

export interface RailSettingTables {
  /** Secrets of rails, sealed. Which of them are in force is said by the chain of trust, or in a sandbox here. */
  rail_secrets: {
    /** SHA-256 over the secret, what it is for, and a salt that is sealed with it. */
    commitment: string;
    rail: RailName;
    name: string;
    shown: string;
    /** Null once it is in force no longer, or nobody signed for it in time. */
    sealed: string | null;
    proposed_by: string;
    proposed_at_ms: bigint;
    accepted_at_ms: bigint | null;
    ended_at_ms: bigint | null;
  };
}
