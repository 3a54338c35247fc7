import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Payout } from '../../../core/contract/index.ts';
import { client, orpc } from '../../app/client.ts';
import { signAsMe } from '../../app/identity.ts';
import { lookAgain } from '../payouts/use-payout-actions.ts';

/** The engine takes a statement for 15 minutes; a new one is asked for well before. */
const STATEMENT_FRESH_MS = 4 * 60_000;

/** The statement for this revision, asked for as soon as it can be looked at. */
export function useStatement(payout: Payout, mayApprove: boolean) {
  return useQuery(
    orpc.approvals.prepare.queryOptions({
      input: { id: payout.id },
      // Apart from the queue's keys: once signed, the queue is asked again, but not for this statement.
      queryKey: ['statement', payout.id, payout.version],
      enabled: mayApprove,
      staleTime: STATEMENT_FRESH_MS,
      refetchInterval: STATEMENT_FRESH_MS,
      gcTime: 0,
    }),
  );
}

/**
 * Signs the text that was shown, with the person's own key, and gives the signature. `onApproved` is
 * called although the panel that asked may have given way to the next payout by then.
 */
export function useApprove(onApproved: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, statement }: { id: string; statement: string }) =>
      client.approvals.give({ id, statement, signature: await signAsMe(statement) }),
    onSuccess: onApproved,
    onSettled: lookAgain(queries),
  });
}
