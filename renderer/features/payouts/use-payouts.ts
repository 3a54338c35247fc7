import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { PAYOUT_STATUSES, type PayoutStatus } from '../../../core/contract/payouts.ts';
import { orpc } from '../../app/client.ts';
import type { PayoutFilter } from './payout-pages.ts';

const PAGE = 500;

export function statusOf(text: string | undefined): PayoutStatus | undefined {
  return PAYOUT_STATUSES.find((status) => status === text);
}

/** The list as far as it has been scrolled. Its pages are patched by live changes, not asked for again. */
export function usePayouts(filter: { status: PayoutStatus | undefined; q: string | undefined }) {
  const asked: PayoutFilter & { status?: PayoutStatus } = {
    ...(filter.status === undefined ? {} : { status: filter.status }),
    ...(filter.q ? { q: filter.q } : {}),
  };
  const query = useInfiniteQuery(
    orpc.payouts.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...(asked.status === undefined ? {} : { status: asked.status }),
        ...(asked.q === undefined ? {} : { q: asked.q }),
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      // Comparing 100,000 rows with themselves costs more than drawing the forty in sight again.
      structuralSharing: false,
    }),
  );
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  return { query, rows, loadMore: hasNextPage ? loadMore : undefined };
}

export function usePayout(id: string) {
  return useQuery(orpc.payouts.get.queryOptions({ input: { id } }));
}

export function useRequestPayout() {
  const queries = useQueryClient();
  return useMutation(
    orpc.payouts.request.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries({ queryKey: orpc.desk.overview.key() });
      },
    }),
  );
}
