export interface AuditTables {
  audit_entries: {
    seq: bigint;
    at_ms: bigint;
    actor: string;
    actor_name: string;
    role: string;
    host: string;
    ip: string | null;
    user_agent: string | null;
    correlation_id: string;
    action: string;
    outcome: 'done' | 'refused';
    subject: string;
    /** Canonical JSON. */
    details: string;
    hash: string;
  };
  /** The end of the chain, locked by whoever appends. */
  audit_head: {
    one: bigint;
    size: bigint;
    hash: string;
    at_ms: bigint;
  };
  /** How far the log went at times, signed by the vault's key. */
  audit_checkpoints: {
    size: bigint;
    head: string;
    at_ms: bigint;
    /** The text that was signed: canonical JSON. */
    statement: string;
    signature: string;
  };
}
