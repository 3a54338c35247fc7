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
  };
  schema_migrations: {
    number: bigint;
    name: string;
    applied_at_ms: bigint;
  };
}
