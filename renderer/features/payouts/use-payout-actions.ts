import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';
import { freshenPayoutLists } from './freshen.ts';

/** After an act, refused or done, the payout is looked at again as it is now. */
function lookAgain(queries: QueryClient) {
  return (_data: unknown, _error: unknown, { id }: { readonly id: string }) => {
    void queries.invalidateQueries({ queryKey: orpc.approvals.key() });
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

/** `onRejected` is called although the panel that asked may have given way to the next payout by then. */
export function useRejectPayout(onRejected: () => void) {
  const queries = useQueryClient();
  return useMutation(orpc.approvals.reject.mutationOptions({ onSuccess: onRejected, onSettled: lookAgain(queries) }));
}
