import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

export interface Page<Item> {
  readonly items: readonly Item[];
}

/** The items of all pages loaded so far, and the way to the next page; undefined when there is none. */
export function useRows<Item>(query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>) {
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  return { query, rows, loadMore: hasNextPage ? loadMore : undefined };
}

/** How every list of the contract is asked for page by page. */
export const pages = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { readonly nextCursor: string | null }) => page.nextCursor ?? undefined,
};

export function pageAt(cursor: string | undefined, limit: number) {
  return { limit, ...(cursor === undefined ? {} : { cursor }) };
}
