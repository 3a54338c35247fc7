/** The pages of a list of payouts, and what one changed payout makes of them. */
import type { InfiniteData } from '@tanstack/react-query';
import type { Payout } from '../../../core/contract/index.ts';

export interface PayoutPage {
  readonly items: readonly Payout[];
  readonly nextCursor: string | null;
}

export type PayoutPages = InfiniteData<PayoutPage, string | undefined>;

export interface PayoutFilter {
  readonly status?: string | undefined;
  readonly rail?: string | undefined;
  readonly payee?: string | undefined;
  /** Requested at or after, and before. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly q?: string | undefined;
}

/** Whether the payout belongs into this list, as far as anybody but the engine can say: a search only it knows. */
function belongs(payout: Payout, { status, rail, payee, from, to }: PayoutFilter): boolean {
  return (
    (status === undefined || status === payout.status) &&
    (rail === undefined || rail === payout.rail) &&
    (payee === undefined || payee === payout.payee.id) &&
    (from === undefined || payout.createdAtMs >= from) &&
    (to === undefined || payout.createdAtMs < to)
  );
}

/** Newest first; of two made in the same millisecond, the one with the later id. */
function standsBefore(a: Payout, b: Payout): boolean {
  return a.createdAtMs === b.createdAtMs ? a.id > b.id : a.createdAtMs > b.createdAtMs;
}

/** The list without this payout, as it came. */
function without({ items, nextCursor }: PayoutPage, id: string): PayoutPage {
  return { items: items.filter((item) => item.id !== id), nextCursor };
}

/**
 * The list with this payout as it is now: in its place, gone where it no longer belongs, and
 * put where it belongs when it is new here. What lies beyond the loaded pages comes with them.
 */
export function withPayout(pages: PayoutPages, payout: Payout, filter: PayoutFilter): PayoutPages {
  const at = pages.pages.findIndex(({ items }) => items.some(({ id }) => id === payout.id));
  if (!belongs(payout, filter)) {
    const page = pages.pages[at];
    return page ? { ...pages, pages: pages.pages.with(at, without(page, payout.id)) } : pages;
  }
  const known = pages.pages[at];
  if (known) {
    const items = known.items.map((item) => (item.id === payout.id ? payout : item));
    return { ...pages, pages: pages.pages.with(at, { ...known, items }) };
  }
  const into = pages.pages.findIndex(
    (page) => page.nextCursor === null || page.items.some((item) => standsBefore(payout, item)),
  );
  const page = pages.pages[into];
  if (!page) return pages;
  const place = page.items.findIndex((item) => standsBefore(payout, item));
  const items = page.items.toSpliced(place < 0 ? page.items.length : place, 0, payout);
  return { ...pages, pages: pages.pages.with(into, { ...page, items }) };
}
