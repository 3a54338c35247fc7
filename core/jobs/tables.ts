export type JobCause = 'clock' | 'event' | 'hand';

export interface JobTables {
  jobs: {
    name: string;
    /** A run that was missed is due as long as this is past: however many were missed, one makes up for them. */
    next_run_at_ms: bigint;
    /** The number of the newest run. A holder whose run is not this one has lost its lease. */
    run: bigint;
    /** How many runs have failed in a row. */
    failures: bigint;
    /** The process that runs it now, and until when it is taken to be alive. */
    holder: string | null;
    lease_until_ms: bigint | null;
    paused_at_ms: bigint | null;
    paused_by: string | null;
    last_started_at_ms: bigint | null;
    last_ended_at_ms: bigint | null;
    last_outcome: 'ok' | 'failed' | 'stopped' | null;
    last_summary: string | null;
  };
  job_history: {
    name: string;
    run: bigint;
    holder: string;
    cause: JobCause;
    started_at_ms: bigint;
    ended_at_ms: bigint | null;
    /** Nothing while it runs; `lost` when another had to take over from a holder that went silent. */
    outcome: 'ok' | 'failed' | 'stopped' | 'lost' | null;
    summary: string | null;
    items: bigint;
  };
}
