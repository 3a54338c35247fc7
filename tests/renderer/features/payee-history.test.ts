import { expect, test } from 'vitest';
import type { Payout } from '../../../core/contract/index.ts';
import { earlierOf, usualRange } from '../../../renderer/features/approvals/earlier-payouts.ts';

const paid = (id: string, createdAtMs: number, more: Partial<Payout> = {}) =>
  ({ id, createdAtMs, assetId: 'iso:USD', status: 'completed', ...more }) as Payout;

test('earlier payouts are those of the same asset that were paid or are on their way, the oldest first', () => {
  const now = paid('now', 9, { status: 'pending' });
  const all = [
    now,
    paid('c', 3),
    paid('a', 1),
    paid('eur', 2, { assetId: 'iso:EUR' }),
    paid('no', 4, { status: 'cancelled' }),
    paid('way', 5, { status: 'processing' }),
  ];
  expect(earlierOf(now, all).map(({ id }) => id)).toEqual(['a', 'c', 'way']);
});

test('what is usual is the middle half, whatever one large payout does', () => {
  expect(usualRange([100n, 110n, 120n, 130n, 1_000_000n])).toEqual({ low: 110n, high: 130n });
  expect(usualRange([100n, 200n, 300n])).toBeNull();
});
