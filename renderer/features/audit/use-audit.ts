import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { AuditEntry } from '../../../core/contract/index.ts';
import { client, orpc } from '../../app/client.ts';

const PAGE = 200;

/** A list knows its rows by `id`; an entry's number in the chain is exactly that. */
export type AuditRow = AuditEntry & { readonly id: string };

export function useAuditLog() {
  const query = useInfiniteQuery(
    orpc.audit.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  );
  const rows = useMemo<AuditRow[]>(
    () => query.data?.pages.flatMap((page) => page.items.map((entry) => ({ ...entry, id: String(entry.seq) }))) ?? [],
    [query.data],
  );
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  return { query, rows, loadMore: hasNextPage ? loadMore : undefined };
}

/** Asked for by a person each time: an old answer proves nothing about now. */
export function useVerifyChain() {
  return useMutation({ mutationFn: () => client.audit.verify() });
}
