/**
 * Keeps the long lists of payouts fresh without asking for all their pages again: the payouts that
 * changed are asked for one by one and put in their place.
 */
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Payout } from '../../../core/contract/index.ts';
import { client, orpc } from '../../app/client.ts';

export interface PayoutPage {
  readonly items: readonly Payout[];
  readonly nextCursor: string | null;
}

export type PayoutPages = InfiniteData<PayoutPage, string | undefined>;

export interface PayoutFilter {
  readonly status?: string | undefined;
  readonly q?: string | undefined;
  readonly payee?: string | undefined;
}

/** More at once than this, and asking for the first pages again is cheaper. */
const ONE_BY_ONE_MAX = 25;
const PAGES_KEPT = 3;

/** The list with this payout as it is now: in its place, gone where it no longer belongs, or on top when new. */
export function withPayout(pages: PayoutPages, payout: Payout, filter: PayoutFilter): PayoutPages {
  const belongs = filter.status === undefined || filter.status === payout.status;
  let known = false;
  const next = pages.pages.map((page) => {
    const at = page.items.findIndex(({ id }) => id === payout.id);
    if (at < 0) return page;
    known = true;
    return { ...page, items: belongs ? page.items.with(at, payout) : page.items.toSpliced(at, 1) };
  });
  const [first, ...rest] = next;
  // A search or a payee's list is decided by the engine; only a plain list is known to start with the newest.
  const plain = filter.q === undefined && filter.payee === undefined;
  const newest = (first?.items[0]?.createdAtMs ?? 0) <= payout.createdAtMs;
  if (known || !belongs || !first || !plain || !newest) return { ...pages, pages: next };
  return { ...pages, pages: [{ ...first, items: [payout, ...first.items] }, ...rest] };
}

/** The list without the pages far down, so that asking for the rest again stays cheap. */
export function firstPages(pages: PayoutPages): PayoutPages {
  return { pages: pages.pages.slice(0, PAGES_KEPT), pageParams: pages.pageParams.slice(0, PAGES_KEPT) };
}

function filterOf(queryKey: readonly unknown[]): PayoutFilter {
  const options = queryKey[1] as { input?: PayoutFilter } | undefined;
  return options?.input ?? {};
}

export async function freshenPayoutLists(queries: QueryClient, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  for (const id of ids) void queries.invalidateQueries({ queryKey: orpc.payouts.get.key({ input: { id } }) });
  const lists = queries.getQueryCache().findAll({ queryKey: orpc.payouts.list.key({ type: 'infinite' }) });
  if (lists.length === 0) return;
  if (ids.length > ONE_BY_ONE_MAX) {
    for (const { queryKey } of lists)
      queries.setQueryData<PayoutPages>(queryKey, (pages) => pages && firstPages(pages));
    await queries.invalidateQueries({ queryKey: orpc.payouts.list.key() });
    return;
  }
  const changed = await Promise.all(ids.map((id) => client.payouts.get({ id })));
  for (const { queryKey } of lists) {
    queries.setQueryData<PayoutPages>(
      queryKey,
      (pages) => pages && changed.reduce((list, payout) => withPayout(list, payout, filterOf(queryKey)), pages),
    );
  }
}
