import { describe, expect, test } from 'vitest';
import { partsTouchedBy } from '../../../renderer/app/touched-parts.ts';

describe('a committed change', () => {
  test('of a payout refreshes the books and the overview; its lists are patched, not asked for again', () => {
    const parts = partsTouchedBy('payout.completed');
    expect(parts).toEqual(expect.arrayContaining(['ledger', 'desk', 'audit']));
    expect(parts).not.toContain('approvals');
    expect(parts).not.toContain('payouts');
  });

  test('of what may be paid refreshes what waits to be signed for Stellar', () => {
    for (const name of ['payout.approved', 'freeze.set', 'fence.lifted']) {
      expect(partsTouchedBy(name), name).toContain('chain');
    }
  });

  test('of who may do what refreshes people, their access and what waits to be signed', () => {
    for (const name of ['staff.left', 'trust.changed', 'access.recovery_begun']) {
      expect(partsTouchedBy(name), name).toEqual(expect.arrayContaining(['staff', 'access', 'acts']));
    }
  });

  test('of the policy refreshes what it decides about', () => {
    expect(partsTouchedBy('policy.changed')).toEqual(expect.arrayContaining(['policies', 'approvals', 'payouts']));
  });

  test('of a payee does not ask for the books again', () => {
    expect(partsTouchedBy('payee.created')).not.toContain('ledger');
  });

  test('this window does not know refreshes everything rather than nothing', () => {
    expect(partsTouchedBy('weather.changed').length).toBeGreaterThan(4);
  });
});
