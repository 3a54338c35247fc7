import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { orpc } from '../../app/client.ts';

const PAGE = 200;

export function usePayees(q: string | undefined) {
  const query = useInfiniteQuery(
    orpc.payees.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        limit: PAGE,
        ...(q ? { q } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      }),
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

export function usePayee(id: string) {
  return useQuery(orpc.payees.get.queryOptions({ input: { id } }));
}

const LATEST = 20;

export function usePayoutsOf(payeeId: string) {
  return useQuery(orpc.payouts.list.queryOptions({ input: { payee: payeeId, limit: LATEST } }));
}

export function useAddPayee() {
  const queries = useQueryClient();
  return useMutation(
    orpc.payees.create.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries({ queryKey: orpc.payees.key() });
      },
    }),
  );
}
