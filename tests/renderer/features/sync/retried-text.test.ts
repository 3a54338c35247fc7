import { expect, test } from 'vitest';
import { retriedText } from '../../../../renderer/features/sync/retried-text.ts';

test('of many records tried again it is said how many were handled, what stops which, and how many are left', () => {
  expect(retriedText({ tried: 2, handled: 2, stopped: [], more: 0 })).toBe('2 were handled.');
  expect(
    retriedText({
      tried: 200,
      handled: 1,
      stopped: [
        { outcome: 'retrying', why: 'The account is closed.', count: 190 },
        { outcome: 'quarantined', why: null, count: 7 },
      ],
      more: 1_300,
    }),
  ).toBe(
    '1 was handled. 190 not: The account is closed. 7 not: It contradicts the records. Its payout is set aside until two people have decided. 2 not, for other reasons. 1,300 more wait to be tried.',
  );
});
