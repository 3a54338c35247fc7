/** The vault's own record: which treasury this is, and whether it may pay. */
export interface VaultTables {
  vault: {
    /** Always 1: there is one treasury in a vault. */
    one: bigint;
    id: string;
    name: string;
    network: 'sandbox' | 'live';
    created_at_ms: bigint;
    /** Raised each time the file is opened for writing; compared with the number kept beside it. */
    generation: bigint;
    fenced_at_ms: bigint | null;
    fence_reason: string | null;
    /** When providers' history since the backup was last compared, behind a fence. */
    compared_at_ms: bigint | null;
    /** The vault's own Ed25519 key, in hex; null in a vault from before there were any. */
    public_key: string | null;
    /** Its private half, in the box of secrets. */
    sealed_signing_key: string | null;
  };
  /** The key of the box of secrets, and what tells it from another. */
  secrets_key: {
    one: bigint;
    /** Null where the key is in a file outside of a shared database. */
    key: string | null;
    check_value: string;
  };
  schema_migrations: {
    number: bigint;
    name: string;
    applied_at_ms: bigint;
  };
}
