import { describe, expect, test } from 'vitest';
import { freshAmong } from '../../../renderer/features/notifications/fresh-among.ts';
import { minuteOf, timeOf } from '../../../renderer/features/notifications/time-of-day.ts';
import { whereItLeads } from '../../../renderer/features/notifications/where-it-leads.ts';

describe('a notice', () => {
  test('leads to the record it is about, or to the list of those that are so', () => {
    const of = (kind: string, subject: string, count = 1) => whereItLeads({ kind, subject, count });
    expect(of('payout.failed', 'payout:pay_1')).toEqual({ place: 'payouts', open: 'pay_1', params: {} });
    expect(of('payout.failed', 'payout:pay_1', 3)).toEqual({
      place: 'payouts',
      open: null,
      params: { status: 'failed' },
    });
    expect(of('approvals.waiting', 'approvals')).toMatchObject({ place: 'approvals' });
    expect(of('webhook.proposed', 'webhook:whe_1')).toEqual({
      place: 'settings',
      open: 'whe_1',
      params: { tab: 'webhooks' },
    });
    expect(of('act.waiting', 'act:act_1')).toMatchObject({ place: 'overview' });
    expect(of('weather.changed', 'sky')).toMatchObject({ place: 'overview' });
  });

  test('is shown on the desktop once, and again when it has grown a while later; what was there at the first look is not', () => {
    const MINUTE_MS = 60_000;
    const first = freshAmong(null, [{ id: 'a', atMs: 1 }]);
    expect(first.fresh).toEqual([]);
    const second = freshAmong(first.shown, [
      { id: 'a', atMs: 1 },
      { id: 'b', atMs: 2 },
    ]);
    expect(second.fresh).toEqual(['b']);
    const soon = freshAmong(second.shown, [{ id: 'b', atMs: MINUTE_MS }]);
    expect(soon.fresh).toEqual([]);
    const later = freshAmong(soon.shown, [{ id: 'b', atMs: 6 * MINUTE_MS }]);
    expect(later.fresh).toEqual(['b']);
    expect(freshAmong(later.shown, [{ id: 'b', atMs: 6 * MINUTE_MS }]).fresh).toEqual([]);
  });
});

test('a time of day is minutes after midnight, and a half-typed one is none', () => {
  for (const minute of [0, 7 * 60 + 5, 23 * 60 + 59]) expect(minuteOf(timeOf(minute))).toBe(minute);
  expect([minuteOf(''), minuteOf('7:05'), minuteOf('24:00')]).toEqual([null, null, null]);
});
