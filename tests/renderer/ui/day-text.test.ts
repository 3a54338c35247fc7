import { describe, expect, test } from 'vitest';
import { dayOf, dayStartMs } from '../../../renderer/ui/day-text.ts';

describe('a day in a date field', () => {
  test('begins at midnight here and comes back as the same day', () => {
    const start = dayStartMs('2026-09-30');
    expect(start).toBe(new Date(2026, 8, 30).getTime());
    expect(dayOf(start ?? 0)).toBe('2026-09-30');
    expect(dayOf((start ?? 0) - 1)).toBe('2026-09-29');
  });

  test('ends where the next one begins, also over a month’s end', () => {
    expect(dayStartMs('2026-09-30', 1)).toBe(dayStartMs('2026-10-01'));
  });

  test('is none when the calendar has no such day or the text is no day', () => {
    for (const text of ['', '2026-02-31', '2026-13-01', '30.09.2026', '2026-9-3']) {
      expect(dayStartMs(text), text).toBeUndefined();
    }
  });
});
