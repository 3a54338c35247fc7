import type { AlertRule } from '../contract/alerts.ts';

export interface WatchingTables {
  alerts: {
    id: string;
    rule: AlertRule;
    /** What it is about: `rail:stripe`. One open alert at a time for a rule and a subject. */
    subject: string;
    severity: 'critical' | 'warning';
    /** Canonical JSON. */
    facts: string;
    since_ms: bigint;
    raised_at_ms: bigint;
    updated_at_ms: bigint;
    /** Null while its cause lasts. */
    cleared_at_ms: bigint | null;
    acknowledged_at_ms: bigint | null;
    acknowledged_by: string | null;
    acknowledged_reason: string | null;
    snoozed_at_ms: bigint | null;
    snoozed_until_ms: bigint | null;
    snoozed_by: string | null;
    snoozed_reason: string | null;
  };
  alert_thresholds: {
    /** A threshold's, or `treasury_floor:` and an asset. */
    name: string;
    value: bigint;
    changed_at_ms: bigint;
    changed_by: string;
  };
}
