/** Destinations that wait for a second person. The oldest come first, so what is loaded stays as it is. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { WaitingDestination } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';

const PAGE = 500;

const WAITING = orpc.payees.waiting.infiniteOptions({
  input: (cursor: string | undefined) => ({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
  // Comparing a hundred thousand rows with themselves costs more than drawing those in sight again.
  structuralSharing: false,
});

export interface Batch {
  /** Of one import, all are proposed at the same moment by the same person. */
  readonly proposedAtMs: number;
  readonly by: string;
  readonly count: number;
}

/** `all`: keep loading until the last page, as confirming a whole batch needs it. */
export function useWaiting({ all, proposedAtMs }: { all: boolean; proposedAtMs: number | null }) {
  const query = useInfiniteQuery(WAITING);
  const { fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError } = query;
  const loaded = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const batches = useMemo(() => batchesOf(loaded), [loaded]);
  const rows = useMemo(
    () => (proposedAtMs === null ? loaded : loaded.filter(({ createdAtMs }) => createdAtMs === proposedAtMs)),
    [loaded, proposedAtMs],
  );
  const past = proposedAtMs !== null && (loaded.at(-1)?.createdAtMs ?? 0) > proposedAtMs;
  const complete = !query.isPending && (!hasNextPage || past);
  const wantsMore = (all || proposedAtMs !== null) && !complete && !query.isPending;
  useEffect(() => {
    if (wantsMore && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [wantsMore, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  return {
    query,
    rows,
    batches,
    complete,
    loaded: loaded.length,
    total: query.data?.pages[0]?.counts?.total ?? 0,
    loadMore: complete || isFetchingNextPage ? undefined : () => void fetchNextPage(),
  };
}

/** Two or more that were proposed together, the latest first. */
function batchesOf(rows: readonly WaitingDestination[]): readonly Batch[] {
  const groups = Map.groupBy(rows, ({ createdAtMs }) => createdAtMs);
  return [...groups]
    .filter(([, group]) => group.length > 1)
    .map(([proposedAtMs, group]) => ({ proposedAtMs, by: group[0]?.proposedBy.name ?? '', count: group.length }))
    .toReversed();
}

/** How many wait, for whoever is elsewhere in the place. */
export function useWaitingCount(): string {
  const { data } = useInfiniteQuery(WAITING);
  const total = data?.pages[0]?.counts?.total ?? 0;
  return total === 0 ? '' : total.toLocaleString();
}
