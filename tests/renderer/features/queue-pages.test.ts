import { describe, expect, test } from 'vitest';
import type { Payout } from '../../../core/contract/index.ts';
import type { Queued } from '../../../core/contract/queue.ts';
import { type QueuePages, withChanged } from '../../../renderer/features/approvals/queue-pages.ts';

const row = (id: string, more: Partial<Queued> = {}) =>
  ({ id, status: 'pending', version: 1, standing: 'mine', approvals: { given: [], needed: 2 }, ...more }) as Queued;

const pages: QueuePages = {
  pages: [
    { items: [row('a'), row('b')], nextCursor: '1' },
    { items: [row('c'), row('d')], nextCursor: null },
  ],
  pageParams: [undefined, '1'],
};
const ids = ({ pages: all }: QueuePages) => all.flatMap(({ items }) => items.map(({ id }) => id));
const mine = { show: 'mine', staffId: 'stf_me' } as const;

describe('a queue that was scrolled far', () => {
  test('loses a payout that is no longer pending, and keeps its place', () => {
    const after = withChanged(pages, row('c', { status: 'approved' }) as Payout, mine);
    expect(ids(after)).toEqual(['a', 'b', 'd']);
    expect(after.pages).toHaveLength(2);
  });

  test('loses what this person has approved only where it shows what waits for them', () => {
    const given = { given: [{ staffId: 'stf_me', name: 'Grace', atMs: 1 }], needed: 2, blocked: null };
    const signed = row('b', { approvals: given });
    expect(ids(withChanged(pages, signed as Payout, mine))).toEqual(['a', 'c', 'd']);
    expect(ids(withChanged(pages, signed as Payout, { ...mine, show: 'all' }))).toEqual(['a', 'b', 'c', 'd']);
  });

  test('shows another’s approval, and keeps what only the queue knows of the payout', () => {
    const given = { given: [{ staffId: 'stf_other', name: 'Noor', atMs: 1 }], needed: 2, blocked: null };
    const { standing: _, ...payout } = row('a', { version: 2, approvals: given });
    const first = withChanged(pages, payout as unknown as Payout, mine).pages[0]?.items[0];
    expect(first).toMatchObject({ id: 'a', version: 2, standing: 'mine', approvals: given });
  });

  test('is left alone by a payout that is not in it', () => {
    expect(withChanged(pages, row('z') as Payout, mine)).toBe(pages);
  });
});
