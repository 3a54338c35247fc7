import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { orpc } from '../../app/client.ts';

const PAGE = 200;

export function usePosition() {
  return useQuery(orpc.ledger.position.queryOptions());
}

export function useTrialBalance() {
  return useQuery(orpc.ledger.trialBalance.queryOptions());
}

export function useAccounts() {
  const query = useInfiniteQuery(
    orpc.ledger.accounts.infiniteOptions({
      input: (cursor: string | undefined) => ({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  );
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  return { query, rows, loadMore: hasNextPage ? loadMore : undefined };
}
