export interface EventTables {
  outbox: {
    seq: bigint;
    at_ms: bigint;
    name: string;
    subject: string;
    /** Canonical JSON. */
    payload: string;
  };
}
