import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { Payout } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { go } from '../../app/routes.ts';

const PAGE = 200;

/** What waits for me, page by page. */
export function useQueue() {
  const query = useInfiniteQuery(
    orpc.approvals.queue.infiniteOptions({
      input: (cursor: string | undefined) => ({
        show: 'all' as const,
        limit: PAGE,
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

type Queue = ReturnType<typeof useQueue>;

/**
 * The payout that is open. One that has left the queue gives way to the one that took its place. One
 * that was opened by its address and stands beyond the loaded part is asked for by itself.
 */
export function useOpened({ query, rows }: Queue, openId: string | null): Payout | undefined {
  const at = rows.findIndex(({ id }) => id === openId);
  const seen = useRef<{ id: string | null; at: number }>({ id: null, at: 0 });
  if (at >= 0) seen.current = { id: openId, at };
  const missing = openId !== null && at < 0 && !query.isPending && !query.isFetching;
  const hasLeft = missing && seen.current.id === openId;
  const isBeyond = missing && !hasLeft;
  const beyond = useQuery({ ...orpc.payouts.get.queryOptions({ input: { id: openId ?? '' } }), enabled: isBeyond });
  const waiting = beyond.data?.status === 'pending' ? beyond.data : undefined;
  const isGone = isBeyond && !beyond.isPending && !waiting;
  useEffect(() => {
    if (isGone) go({ open: null }, { replace: true });
    if (hasLeft) go({ open: rows[Math.min(seen.current.at, rows.length - 1)]?.id ?? null }, { replace: true });
  }, [isGone, hasLeft, rows]);
  if (at >= 0) return rows[at];
  return isBeyond ? waiting : undefined;
}
