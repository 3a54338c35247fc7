/** What a rule is given to look at, and what it says of it. */
import type { AlertFacts } from '../../contract/alerts.ts';
import type { SyncStatus } from '../../contract/sync.ts';
import type { Reader } from '../../store/tx.ts';
import type { Thresholds } from '../thresholds.ts';

export interface Finding {
  /** One alert at a time for a rule and a subject. */
  readonly subject: string;
  readonly facts: AlertFacts;
  /** Null where nothing says since when it is so: then it is since it was noticed. */
  readonly sinceMs: number | null;
}

/** What no record says: how this machine and what hangs on it are doing. */
export interface Readings {
  readonly clockBehindMs: number;
  /** The Ledger's last answer, where it was a refusal that stands in the way of signing. */
  readonly deviceTrouble: { readonly code: string; readonly atMs: number } | null;
}

export interface Look {
  readonly reader: Reader;
  readonly nowMs: number;
  readonly thresholds: Thresholds;
  readonly floors: ReadonlyMap<string, bigint>;
  /** Rails that are set up, and how their history is read. */
  readonly sync: readonly SyncStatus[];
  /** Jobs that this version of the program has. */
  readonly jobs: readonly string[];
  readonly readings: Readings;
}

export type Rule = (look: Look) => Promise<readonly Finding[]>;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
