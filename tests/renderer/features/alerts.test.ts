import { describe, expect, it, test } from 'vitest';
import { type AlertFacts, alertFacts } from '../../../core/contract/alerts.ts';
import type { AlertThresholds } from '../../../core/contract/index.ts';
import { BOUNDS } from '../../../core/watching/thresholds.ts';
import { sayAlert } from '../../../renderer/features/alerts/alert-words.ts';
import { changesOf, problemOf, typedOf } from '../../../renderer/features/alerts/typed-thresholds.ts';
import { durationText, percentText } from '../../../renderer/features/overview/rate-text.ts';

const asset = { assetId: 'iso:USD', assetCode: 'USD', scale: 2, availableMinor: '123456700' };
const FACTS: readonly AlertFacts[] = [
  { rule: 'payouts_stuck', rail: 'stripe', payouts: 1, longerThanMinutes: 30 },
  { rule: 'payouts_waiting', rail: 'stellar', payouts: 2, longerThanHours: 24 },
  { rule: 'failure_rate', rail: 'nowpayments', failed: 3, outcomes: 10, percent: 30 },
  { rule: 'provider_unhealthy', rail: 'stripe', error: '503' },
  { rule: 'sync_lag', rail: 'stripe', paused: true },
  { rule: 'records_dead', rail: 'stripe', records: 1 },
  { rule: 'released_elsewhere', rail: 'nowpayments', batches: 1, reference: '5000000001' },
  { rule: 'quarantine_ageing', rail: 'simulated', payouts: 1, longerThanHours: 1 },
  { rule: 'treasury_low', ...asset, floorMinor: '200000000' },
  { rule: 'treasury_short', ...asset, dueMinor: '200000000', days: 0 },
  { rule: 'device_unhealthy', code: 'device.locked', payments: 35 },
  { rule: 'job_failing', job: 'backup', failures: 3, summary: 'The disk is full' },
  { rule: 'job_late', job: 'backup' },
  { rule: 'clock_behind', behindMinutes: 5 },
  { rule: 'backup_old', lastAtMs: null },
  { rule: 'outbox_stuck', follower: 'notifications' },
  { rule: 'delivery_failing', channel: 'webhook', to: 'The ERP', waiting: 2, error: '500' },
  { rule: 'trust_broken', problems: 1 },
];

describe('an alert', () => {
  it('says for every rule there is what happened, what is safe and what to do', () => {
    const rules = alertFacts.options.map(({ shape }) => shape.rule.value);
    expect(FACTS.map(({ rule }) => rule).toSorted()).toEqual(rules.toSorted());
    for (const facts of FACTS) {
      const { title, cause, safe, next } = sayAlert(facts);
      for (const text of [title, cause, safe, next]) expect(text, facts.rule).toMatch(/^\S.*\S$/);
      expect(title, facts.rule).not.toMatch(/\.$|undefined|NaN/);
    }
  });

  it('keeps an amount on one line', () => {
    const { cause } = sayAlert({ rule: 'treasury_low', ...asset, floorMinor: '200000000' });
    expect(cause).toContain('1\u2060\u2009\u2060234\u2060\u2009\u2060567.00\u00a0USD');
  });

  it('leads to what it is about', () => {
    const hrefs = FACTS.map((facts) => sayAlert(facts).link?.href ?? null);
    expect(hrefs.slice(0, 4)).toEqual([
      '#/payouts?status=processing&rail=stripe',
      '#/payouts?status=approved&rail=stellar',
      '#/payouts?status=failed&rail=nowpayments',
      '#/sync/stripe',
    ]);
  });
});

describe('thresholds as they are typed', () => {
  const kept: AlertThresholds = {
    thresholds: Object.entries(BOUNDS).map(([name, bounds]) => ({
      name: name as keyof typeof BOUNDS,
      value: bounds.standard,
      ...bounds,
    })),
    floors: [{ assetId: 'iso:USD', assetCode: 'USD', scale: 2, floorMinor: '50000' }],
  };
  const typed = typedOf(kept);
  const withThreshold = (text: string) => ({ ...typed, thresholds: { ...typed.thresholds, backup_hours: text } });
  const withFloor = (text: string) => ({ ...typed, floors: { 'iso:USD': text } });

  it('are no change as they stand', () => {
    expect(typed.floors['iso:USD']).toBe('500.00');
    expect(changesOf(typed, kept)).toBe('none');
  });

  it('are told as what changed, and nothing else', () => {
    expect(changesOf(withThreshold(' 48 '), kept)).toEqual({
      thresholds: [{ name: 'backup_hours', value: 48 }],
      floors: [],
    });
    expect(changesOf(withFloor(''), kept)).toEqual({
      thresholds: [],
      floors: [{ assetId: 'iso:USD', floorMinor: null }],
    });
    expect(changesOf(withFloor('0'), kept)).toEqual({
      thresholds: [],
      floors: [{ assetId: 'iso:USD', floorMinor: '0' }],
    });
  });

  test.each(['', '0', '99999', '4.5', '-1', 'many'])('of %j is no threshold', (text) => {
    expect(changesOf(withThreshold(text), kept)).toBe('bad');
  });

  test.each(['1.234', '-5', 'much', '1,000'])('of %j is no floor', (text) => {
    expect(changesOf(withFloor(text), kept)).toBe('bad');
    expect(problemOf(text, 2)).not.toBeNull();
  });
});

test.each([
  [10_000, '100%'],
  [9_999, '99.99%'],
  [5_000, '50%'],
  [0, '0%'],
])('%d hundredths of a percent are %s', (basisPoints, text) => {
  expect(percentText(basisPoints, 'en')).toBe(text);
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [4_200, '4.2 sec'],
  [42_000, '42 sec'],
  [2_280_000, '38 min'],
  [5_400_000, '1.5 hr'],
])('%d milliseconds are %s', (ms, text) => {
  expect(durationText(ms, 'en')).toBe(text);
});
