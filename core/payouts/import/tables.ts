export interface ImportTables {
  /** A file (or a list of rows) that was imported. */
  imports: {
    id: string;
    file_name: string;
    sha256: string;
    format: 'csv' | 'xlsx' | 'rows';
    payouts: bigint;
    payees_created: bigint;
    left_out: bigint;
    /** Canonical JSON: what was imported, per asset. */
    totals: string;
    /** SHA-256 over its payouts, as the audit entry has it. */
    items_hash: string;
    imported_at_ms: bigint;
    imported_by: string;
  };
  import_payouts: {
    payout_id: string;
    import_id: string;
    line: bigint;
  };
  /** How a file with this header was read the last time. */
  import_mappings: {
    header_fingerprint: string;
    /** Canonical JSON. */
    mapping: string;
    used_at_ms: bigint;
    used_by: string;
  };
}
