export interface EventTables {
  outbox: {
    seq: bigint;
    at_ms: bigint;
    name: string;
    subject: string;
    /** Canonical JSON. */
    payload: string;
  };
  outbox_cursors: {
    /** Who reads: `windows:{process}`. */
    consumer: string;
    /** The newest event it has been given. */
    seq: bigint;
    updated_at_ms: bigint;
  };
}
