import { expect, it } from 'vitest';
import { retryAfterMs } from '../../../main/rails/retry-after.ts';

const DATE = 'Sat, 21 Nov 2026 07:00:00 GMT';

it.each([
  ['seconds', '7', 7_000],
  ['no more than an hour', '86400', 3_600_000],
  ['a time of its own clock', 'Sat, 21 Nov 2026 07:02:00 GMT', 120_000],
  ['a time that is far away', 'Sun, 22 Nov 2026 07:00:00 GMT', 3_600_000],
  ['a time that is over', 'Sat, 21 Nov 2026 06:59:00 GMT', null],
  ['anything else', 'soon', null],
  ['less than nothing', '-5', null],
  ['nothing', undefined, null],
])('how long a provider wants to be left alone may be said as %s', (_what, retryAfter, waitMs) => {
  expect(retryAfterMs({ retryAfter, date: DATE })).toBe(waitMs);
});

it('a time without the clock it is of says nothing', () => {
  expect(retryAfterMs({ retryAfter: 'Sat, 21 Nov 2026 07:02:00 GMT', date: null })).toBeNull();
});
