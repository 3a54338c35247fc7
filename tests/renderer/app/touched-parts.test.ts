import { describe, expect, test } from 'vitest';
import { partsTouchedBy } from '../../../renderer/app/touched-parts.ts';

describe('a committed change', () => {
  test('of a payout refreshes the queue, the books and the overview', () => {
    expect(partsTouchedBy('payout.completed')).toEqual(
      expect.arrayContaining(['approvals', 'ledger', 'desk', 'audit']),
    );
  });

  test('of a payee does not ask for the books again', () => {
    expect(partsTouchedBy('payee.created')).not.toContain('ledger');
  });

  test('this window does not know refreshes everything rather than nothing', () => {
    expect(partsTouchedBy('weather.changed').length).toBeGreaterThan(4);
  });
});
