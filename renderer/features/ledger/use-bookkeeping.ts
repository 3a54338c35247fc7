/** What people write into the books by hand. */
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';

function booksChanged(queries: QueryClient) {
  return () => {
    void queries.invalidateQueries({ queryKey: orpc.ledger.key() });
    void queries.invalidateQueries({ queryKey: orpc.desk.overview.key() });
  };
}

export function useAdjust() {
  const queries = useQueryClient();
  return useMutation(orpc.ledger.adjust.mutationOptions({ onSuccess: booksChanged(queries) }));
}

export function useReverse() {
  const queries = useQueryClient();
  return useMutation(orpc.ledger.reverse.mutationOptions({ onSettled: booksChanged(queries) }));
}

export function useRebuild() {
  const queries = useQueryClient();
  return useMutation(orpc.ledger.rebuildBalances.mutationOptions({ onSettled: booksChanged(queries) }));
}

export function useAddAsset() {
  const queries = useQueryClient();
  return useMutation(orpc.ledger.addAsset.mutationOptions({ onSuccess: booksChanged(queries) }));
}

export function useRecordQuote() {
  const queries = useQueryClient();
  return useMutation(orpc.ledger.recordFxQuote.mutationOptions({ onSuccess: booksChanged(queries) }));
}

export function useExchange() {
  const queries = useQueryClient();
  return useMutation(
    orpc.ledger.exchange.mutationOptions({
      onSuccess: () => {
        booksChanged(queries)();
        void queries.invalidateQueries({ queryKey: orpc.payees.key() });
      },
    }),
  );
}
