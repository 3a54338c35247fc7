/** What a store tells its owner besides results; the owner decides where it is written. */
export interface StoreHooks {
  /** The SQL text only: its parameters can hold names and amounts. */
  readonly slowStatement?: (statement: { readonly sql: string; readonly durationMs: number }) => void;
  /** The work's own error is what the caller gets; this is the second one, which came after it. */
  readonly rollbackFailed?: (error: unknown) => void;
  /** A server closed a connection nobody was using. The next use opens another one. */
  readonly idleConnectionLost?: (error: Error) => void;
}

export const SLOW_STATEMENT_MS_MIN = 200;
