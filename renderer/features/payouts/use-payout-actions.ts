import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';
import { freshenQueue } from '../approvals/freshen-queue.ts';
import { freshenPayoutLists } from './freshen.ts';

/** After an act, refused or done, the payout is looked at again as it is now. */
export function lookAgain(queries: QueryClient) {
  return (_data: unknown, _error: unknown, { id }: { readonly id: string }) => {
    void freshenQueue(queries, [id]);
    void queries.invalidateQueries({ queryKey: orpc.desk.overview.key() });
    void freshenPayoutLists(queries, [id]);
  };
}

export function useEditPayout() {
  const queries = useQueryClient();
  return useMutation(orpc.payouts.edit.mutationOptions({ onSettled: lookAgain(queries) }));
}

export function useCancelPayout() {
  const queries = useQueryClient();
  return useMutation(orpc.payouts.cancel.mutationOptions({ onSettled: lookAgain(queries) }));
}

export function useRetryPayout() {
  const queries = useQueryClient();
  return useMutation(orpc.payouts.retry.mutationOptions({ onSettled: lookAgain(queries) }));
}

export function useSetAside() {
  const queries = useQueryClient();
  return useMutation(orpc.payouts.quarantine.mutationOptions({ onSettled: lookAgain(queries) }));
}

export function useTakeBack() {
  const queries = useQueryClient();
  return useMutation(orpc.batches.cancelScheduled.mutationOptions({ onSettled: lookAgain(queries) }));
}
