import { describe, expect, test } from 'vitest';
import type { Payout, PayoutStatus } from '../../../core/contract/index.ts';
import { firstPages } from '../../../renderer/app/first-pages.ts';
import { type PayoutPages, withPayout } from '../../../renderer/features/payouts/payout-pages.ts';

const payout = (id: string, createdAtMs: number, status: PayoutStatus = 'pending') =>
  ({ id, createdAtMs, status, rail: 'simulated', payee: { id: 'ana', name: 'Ana', reference: 'A' } }) as Payout;

function pagesOf(...pages: { items: Payout[]; more: boolean }[]): PayoutPages {
  return {
    pages: pages.map(({ items, more }) => ({ items, nextCursor: more ? 'next' : null })),
    pageParams: pages.map((_, at) => (at === 0 ? undefined : `cursor ${at}`)),
  };
}

const ids = ({ pages }: PayoutPages) => pages.map(({ items }) => items.map(({ id }) => id).join(''));

/** Two pages, newest first, and more behind them. */
const list = pagesOf(
  { items: [payout('f', 60), payout('e', 50)], more: true },
  { items: [payout('d', 40), payout('b', 20)], more: true },
);

describe('a long list of payouts', () => {
  test('shows a changed payout in its place and leaves the other page as it is', () => {
    const changed = withPayout(list, payout('d', 40, 'approved'), {});
    expect(ids(changed)).toEqual(['fe', 'db']);
    expect(changed.pages[1]?.items[0]?.status).toBe('approved');
    expect(changed.pages[0]).toBe(list.pages[0]);
  });

  test('puts a new payout on top', () => {
    expect(ids(withPayout(list, payout('g', 70), {}))).toEqual(['gfe', 'db']);
  });

  test('puts one that came into this status where its age belongs', () => {
    expect(ids(withPayout(list, payout('c', 30, 'failed'), { status: 'failed' }))).toEqual(['fe', 'dcb']);
  });

  test('drops one that left this status', () => {
    expect(ids(withPayout(list, payout('e', 50, 'approved'), { status: 'pending' }))).toEqual(['f', 'db']);
  });

  test('leaves out one of another rail, payee or time than is asked for', () => {
    for (const filter of [{ rail: 'stripe' }, { payee: 'ben' }, { from: 61 }, { to: 60 }]) {
      expect(ids(withPayout(list, payout('g', 60), filter)), JSON.stringify(filter)).toEqual(['fe', 'db']);
    }
    expect(ids(withPayout(list, payout('g', 60), { rail: 'simulated', payee: 'ana', from: 60, to: 61 }))).toEqual([
      'gfe',
      'db',
    ]);
  });

  test('leaves one that is older than what has been loaded to the page it will come with', () => {
    expect(withPayout(list, payout('a', 10), {})).toBe(list);
  });

  test('puts the oldest last where nothing more is to come', () => {
    const whole = pagesOf({ items: [payout('b', 20)], more: false });
    expect(ids(withPayout(whole, payout('a', 10), {}))).toEqual(['ba']);
  });

  test('orders two of the same millisecond by their ids', () => {
    const whole = pagesOf({ items: [payout('z', 20), payout('x', 20)], more: false });
    expect(ids(withPayout(whole, payout('y', 20), {}))).toEqual(['zyx']);
  });

  test('is asked again by its first pages only', () => {
    const long = pagesOf(
      ...Array.from({ length: 200 }, (_, at) => ({ items: [payout(`p${at}`, 1000 - at)], more: true })),
    );
    const kept = firstPages(long);
    expect(kept.pages).toHaveLength(3);
    expect(kept.pageParams).toHaveLength(3);
  });
});
