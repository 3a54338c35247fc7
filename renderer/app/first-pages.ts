import type { InfiniteData, Query, QueryClient } from '@tanstack/react-query';

const PAGES_KEPT = 3;

/** The list without the pages far down. */
export function firstPages<Page, Cursor>(list: InfiniteData<Page, Cursor>): InfiniteData<Page, Cursor> {
  if (list.pages.length <= PAGES_KEPT) return list;
  return { pages: list.pages.slice(0, PAGES_KEPT), pageParams: list.pageParams.slice(0, PAGES_KEPT) };
}

function isPaged(data: unknown): data is InfiniteData<unknown> {
  return typeof data === 'object' && data !== null && 'pages' in data && 'pageParams' in data;
}

/** Cuts these lists to their first pages, so that asking for them again stays cheap however far they were scrolled. */
export function cutToFirstPages(queries: QueryClient, lists: readonly Query[]): void {
  for (const { queryKey, state } of lists) {
    if (isPaged(state.data)) queries.setQueryData(queryKey, firstPages(state.data));
  }
}
