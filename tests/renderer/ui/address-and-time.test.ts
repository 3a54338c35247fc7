import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupsOfFour, shortAddress } from '../../../renderer/ui/address-text.ts';
import { exactTime, relativeTime, spanText } from '../../../renderer/ui/time-text.ts';

describe('an address', () => {
  test('is cut into groups of four without losing a letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (address) => {
        expect(groupsOfFour(address).join('')).toBe(address);
      }),
    );
    expect(groupsOfFour('GABCDEFGHI')).toEqual(['GABC', 'DEFG', 'HI']);
  });

  test('shows both ends in a list, and whole when it is short', () => {
    expect(shortAddress('GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ')).toBe('GA7QYN…UJVSGZ');
    expect(shortAddress('sim:ana')).toBe('sim:ana');
  });
});

describe('a moment', () => {
  const now = Date.UTC(2026, 10, 20, 12, 0, 0);

  test('is said relative to now in the largest unit that fits', () => {
    expect(relativeTime(now - 30_000, now, 'en')).toBe('now');
    expect(relativeTime(now - 5 * 60_000, now, 'en')).toBe('5 min. ago');
    expect(relativeTime(now - 26 * 3_600_000, now, 'en')).toBe('yesterday');
    expect(relativeTime(now + 3 * 3_600_000, now, 'en')).toBe('in 3 hr.');
  });

  test('never claims a unit that has not passed', () => {
    expect(relativeTime(now - 119 * 60_000, now, 'en')).toBe('1 hr. ago');
  });

  test('is exact on hover: local time with its zone, then UTC', () => {
    const text = exactTime(now, 'en-US', 'America/New_York');
    expect(text).toMatch(/Nov 20, 2026, 7:00:00\sAM EST/);
    expect(text).toContain('2026-11-20 12:00:00 UTC');
  });
});

describe('a span of time', () => {
  test('is told in its two largest parts, never shorter than it is', () => {
    expect(spanText(4 * 3_600_000, 'en')).toBe('4 hours');
    expect(spanText(3 * 3_600_000 + 20 * 60_000, 'en')).toBe('3 hours 20 minutes');
    expect(spanText(2 * 86_400_000 + 3_600_000 + 60_000, 'en')).toBe('2 days 1 hour');
    expect(spanText(1, 'en')).toBe('1 minute');
    expect(spanText(59 * 60_000 + 1, 'en')).toBe('1 hour');
  });
});
