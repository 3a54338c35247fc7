import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 200;

export interface StatementFilter {
  readonly q?: string;
  readonly payee?: string;
  readonly open?: true;
}

export function useStatements(filter: StatementFilter) {
  const query = useInfiniteQuery(
    orpc.statements.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, ...pageAt(cursor, PAGE) }),
      ...pages,
    }),
  );
  return useRows(query);
}

export function useStatement(id: string) {
  return useQuery(orpc.statements.get.queryOptions({ input: { id } }));
}

/** A deleted statement's creator, or whoever the list is narrowed to. */
export function useCreator(id: string | undefined) {
  return useQuery({ ...orpc.payees.get.queryOptions({ input: { id: id ?? '' } }), enabled: id !== undefined });
}

const PAYOUTS_PAGE = 200;

/** The payouts that name a statement, found among its creator's, as far back as they have been loaded. */
export function usePayoutsNaming(statementId: string, payeeId: string | undefined) {
  const query = useInfiniteQuery({
    ...orpc.payouts.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ payee: payeeId ?? '', ...pageAt(cursor, PAYOUTS_PAGE) }),
      ...pages,
    }),
    enabled: payeeId !== undefined,
  });
  const all = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return { query, looked: all.length, payouts: all.filter((payout) => payout.statementId === statementId) };
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: orpc.statements.key() });
    void queries.invalidateQueries({ queryKey: orpc.payees.key() });
  };
}

export function useEnterStatement() {
  return useMutation(orpc.statements.create.mutationOptions({ onSuccess: useFresh() }));
}

export function useDeleteStatement() {
  return useMutation(orpc.statements.delete.mutationOptions({ onSuccess: useFresh() }));
}
