import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RailName } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 200;

export interface PayeeFilter {
  readonly q?: string;
  readonly status?: 'active' | 'closed';
  readonly tag?: string;
  readonly rail?: RailName;
  readonly owedIn?: string;
}

export function usePayees(filter: PayeeFilter) {
  const query = useInfiniteQuery(
    orpc.payees.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, ...pageAt(cursor, PAGE) }),
      ...pages,
    }),
  );
  return useRows(query);
}

export function usePayee(id: string) {
  return useQuery(orpc.payees.get.queryOptions({ input: { id } }));
}

const LATEST = 20;

export function usePayoutsOf(payeeId: string) {
  return useQuery(orpc.payouts.list.queryOptions({ input: { payee: payeeId, limit: LATEST } }));
}

/** Whatever was done to a payee, its lists and its panel show it at once. */
function useFreshPayees(): { onSuccess: () => void } {
  const queries = useQueryClient();
  return {
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: orpc.payees.key() });
    },
  };
}

export function useAddPayee() {
  return useMutation(orpc.payees.create.mutationOptions(useFreshPayees()));
}

export function useEditPayee() {
  return useMutation(orpc.payees.update.mutationOptions(useFreshPayees()));
}

export function useClosePayee() {
  return useMutation(orpc.payees.close.mutationOptions(useFreshPayees()));
}

export function useReopenPayee() {
  return useMutation(orpc.payees.reopen.mutationOptions(useFreshPayees()));
}

export function useProposeDestination() {
  return useMutation(orpc.payees.addDestination.mutationOptions(useFreshPayees()));
}

export function useConfirmDestinations() {
  return useMutation(orpc.payees.confirm.mutationOptions(useFreshPayees()));
}

export function useRetireDestination() {
  return useMutation(orpc.payees.retire.mutationOptions(useFreshPayees()));
}

export function useRescreen() {
  return useMutation(orpc.payees.rescreen.mutationOptions(useFreshPayees()));
}

export function useSafeguards() {
  return useQuery(orpc.payees.safeguards.queryOptions());
}
