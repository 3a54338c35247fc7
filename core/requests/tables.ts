export interface RequestTables {
  /** How often somebody wrote over HTTP in one second. */
  write_counts: {
    /** An actor's id. */
    caller: string;
    surface: 'admin' | 'api';
    /** Seconds since 1970. */
    second: bigint;
    writes: bigint;
  };
  idempotent_requests: {
    /** An actor's id: two callers may use one key. */
    caller: string;
    key: string;
    request_hash: string;
    /**
     * `begun`: being carried out, or cut short before anything was committed. `committed`: carried
     * out; the answer is still being written, or was lost. `answered`: the answer is here.
     */
    status: 'begun' | 'committed' | 'answered';
    /** Whose turn it is: whoever began, or took over from one that was cut short. */
    turn: string;
    begun_at_ms: bigint;
    /** JSON. */
    answer: string | null;
  };
}
