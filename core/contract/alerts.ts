/**
 * Alerts: what somebody should look at. Rules over the records raise them, and clear them when the
 * cause is gone; people acknowledge them or put them off, and nobody deletes one.
 */
import { z } from 'zod';
import { railName } from './payees.ts';
import { command, query } from './procedure.ts';
import { assetIdText, idText, minorUnits, page, pageInput, reason, timeMs } from './words.ts';

export const ALERT_SEVERITIES = ['critical', 'warning'] as const;

const ofRail = { rail: railName };
const ofAsset = { assetId: z.string(), assetCode: z.string(), scale: z.int(), availableMinor: minorUnits };
const count = z.int().min(1);

/** What the rule found. Nothing in it changes by the clock alone: for how long, the window works out itself. */
export const alertFacts = z.discriminatedUnion('rule', [
  /** In processing for longer than the rail takes. */
  z.strictObject({ rule: z.literal('payouts_stuck'), ...ofRail, payouts: count, longerThanMinutes: z.int() }),
  /** Approved and due, and not started. */
  z.strictObject({ rule: z.literal('payouts_waiting'), ...ofRail, payouts: count, longerThanHours: z.int() }),
  /** Of the outcomes of 24 hours, so many are failures. */
  z.strictObject({ rule: z.literal('failure_rate'), ...ofRail, failed: count, outcomes: count, percent: z.int() }),
  z.strictObject({ rule: z.literal('provider_unhealthy'), ...ofRail, error: z.string().nullable() }),
  /** Its history has not been read to the end for too long; by somebody's wish where it is paused. */
  z.strictObject({ rule: z.literal('sync_lag'), ...ofRail, paused: z.boolean() }),
  /** Records that could not be handled, and are tried no more by themselves. */
  z.strictObject({ rule: z.literal('records_dead'), ...ofRail, records: count }),
  /** By codes that nobody gave here; by the provider's name of the latest. */
  z.strictObject({ rule: z.literal('released_elsewhere'), ...ofRail, batches: count, reference: z.string() }),
  z.strictObject({ rule: z.literal('quarantine_ageing'), ...ofRail, payouts: count, longerThanHours: z.int() }),
  z.strictObject({ rule: z.literal('treasury_low'), ...ofAsset, floorMinor: minorUnits }),
  /** Less than what falls due within so many days. */
  z.strictObject({ rule: z.literal('treasury_short'), ...ofAsset, dueMinor: minorUnits, days: z.int() }),
  /** A transaction waits for the Ledger, and the Ledger's last answer was this refusal. */
  z.strictObject({ rule: z.literal('device_unhealthy'), code: z.string(), payments: count }),
  z.strictObject({ rule: z.literal('job_failing'), job: z.string(), failures: count, summary: z.string() }),
  /** Due, and run nowhere. */
  z.strictObject({ rule: z.literal('job_late'), job: z.string() }),
  z.strictObject({ rule: z.literal('clock_behind'), behindMinutes: count }),
  /** Null where there is none at all. */
  z.strictObject({ rule: z.literal('backup_old'), lastAtMs: timeMs.nullable() }),
  /** Somebody who is told of everything has not taken what happened. */
  z.strictObject({ rule: z.literal('outbox_stuck'), follower: z.string() }),
  /** Mail, or an endpoint of somebody else, takes nothing. */
  z.strictObject({
    rule: z.literal('delivery_failing'),
    channel: z.enum(['mail', 'webhook']),
    to: z.string(),
    waiting: z.int(),
    error: z.string().nullable(),
  }),
  z.strictObject({ rule: z.literal('trust_broken'), problems: count }),
]);
export type AlertFacts = z.infer<typeof alertFacts>;
export type AlertRule = AlertFacts['rule'];

export const alert = z.strictObject({
  id: z.string(),
  severity: z.enum(ALERT_SEVERITIES),
  /** What it is about, as the audit log names it: `rail:stripe`, `asset:iso:USD`, `job:backup`. */
  subject: z.string(),
  facts: alertFacts,
  /** Since when it is so, which may be before it was noticed. */
  sinceMs: timeMs,
  raisedAtMs: timeMs,
  /** When the facts last changed. */
  updatedAtMs: timeMs,
  clearedAtMs: timeMs.nullable(),
  /** Somebody looks after it; what is found changes nothing of that. */
  acknowledged: z.strictObject({ by: z.string(), atMs: timeMs, reason: z.string() }).nullable(),
  /** Raised anew at that time, if it is still so. */
  snoozed: z.strictObject({ by: z.string(), atMs: timeMs, untilMs: timeMs, reason: z.string() }).nullable(),
  /** Whether it counts among those that wait for somebody. */
  waits: z.boolean(),
});
export type Alert = z.infer<typeof alert>;

export const THRESHOLDS = [
  'stuck_stellar_minutes',
  'stuck_stripe_minutes',
  'stuck_nowpayments_minutes',
  'stuck_simulated_minutes',
  'waiting_hours',
  'failure_percent',
  'failure_outcomes',
  'unhealthy_minutes',
  'sync_lag_minutes',
  'quarantine_hours',
  'short_days',
  'device_minutes',
  'job_failures',
  'job_late_minutes',
  'backup_hours',
  'delivery_minutes',
] as const;
export const thresholdName = z.enum(THRESHOLDS);
export type ThresholdName = z.infer<typeof thresholdName>;

export const threshold = z.strictObject({
  name: thresholdName,
  value: z.int(),
  /** What it is until somebody sets it. */
  standard: z.int(),
  min: z.int(),
  max: z.int(),
});

/** Below this, an asset's available funds are low. */
export const treasuryFloor = z.strictObject({
  assetId: z.string(),
  assetCode: z.string(),
  scale: z.int(),
  /** Null where none is set. */
  floorMinor: minorUnits.nullable(),
});

const thresholds = z.strictObject({ thresholds: z.array(threshold), floors: z.array(treasuryFloor) });
export type AlertThresholds = z.infer<typeof thresholds>;

/** Everybody who can do something about it; an auditor reads. */
const WATCHERS = ['operator', 'approver', 'signer', 'controller', 'admin'] as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const SNOOZE_MS_MAX = 7 * DAY_MS;

export const alerts = {
  /** All that are open, what waits first. There are never more than rules and what they are about. */
  open: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/alerts', tags: ['alerts'], summary: 'What needs attention now' })
    .output(z.array(alert)),

  history: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/alerts/history',
      tags: ['alerts'],
      summary: 'Alerts whose cause is gone, newest first',
    })
    .input(z.strictObject(pageInput))
    .output(page(alert)),

  get: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/alerts/{id}', tags: ['alerts'], summary: 'One alert' })
    .input(z.strictObject({ id: idText }))
    .output(alert),

  /** Says that somebody looks after it. It stays open until its cause is gone. */
  acknowledge: command(WATCHERS, 'alert.acknowledge')
    .input(z.strictObject({ id: idText, reason }))
    .output(alert),

  /** Puts it off for a while; at most a week. */
  snooze: command(WATCHERS, 'alert.snooze')
    .input(z.strictObject({ id: idText, forMs: z.int().min(60_000).max(SNOOZE_MS_MAX), reason }))
    .output(alert),

  thresholds: query('staff').output(thresholds),

  /** No rule can be switched off; what is left out stays as it is. */
  setThresholds: command(['admin'], 'alerts.set')
    .input(
      z.strictObject({
        thresholds: z.array(z.strictObject({ name: thresholdName, value: z.int() })).max(THRESHOLDS.length),
        floors: z.array(z.strictObject({ assetId: assetIdText, floorMinor: minorUnits.nullable() })).max(200),
        reason,
      }),
    )
    .output(thresholds),
};
