export interface SyncTables {
  provider_events: {
    provider: string;
    event_id: string;
    received_at_ms: bigint;
    /** As it came. */
    raw: string;
    /** The payment it is about: the provider's name for it, and our key where the record has it. */
    reference: string | null;
    key: string | null;
    /** Canonical JSON of what the adapter made of it. */
    record: string | null;
    handled_at_ms: bigint | null;
    outcome: string | null;
  };
  sync_cursors: {
    provider: string;
    cursor: string;
    updated_at_ms: bigint;
  };
}
