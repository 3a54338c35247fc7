import { expect, test } from 'vitest';
import { timetableText } from '../../../../renderer/features/jobs/timetable-text.ts';

test.each([
  ['0 2 * * *', 'every day at 02:00'],
  ['30 1 * * *', 'every day at 01:30'],
  ['5 * * * *', 'every hour at :05'],
  ['0 * * * *', 'every hour'],
  ['*/10 * * * *', 'every 10 minutes'],
  ['every 5 s', 'every 5 seconds'],
  ['every 60 s', 'every minute'],
  ['every 300 s', 'every 5 minutes'],
  ['*/10 3 * * *', '*/10 3 * * *'],
  ['0 2 * * 1', '0 2 * * 1'],
])('%s is %s', (timetable, text) => {
  expect(timetableText(timetable)).toBe(text);
});
