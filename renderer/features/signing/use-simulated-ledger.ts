import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';

/** A page may come up a moment after something was sent to it. */
const WHILE_SIGNING_MS = 400;
const OTHERWISE_MS = 2_500;

/** Null where there is none to press: another device was named, or money is real. */
export function useSimulatedLedger(isSigning: boolean) {
  const { data: status } = useQuery(orpc.vault.status.queryOptions());
  const isSandbox = status?.network === 'sandbox';
  const { data } = useQuery({
    ...orpc.sandbox.device.queryOptions(),
    enabled: isSandbox,
    refetchInterval: isSigning ? WHILE_SIGNING_MS : OTHERWISE_MS,
  });
  return data ?? null;
}

export function usePress() {
  const queries = useQueryClient();
  return useMutation(
    orpc.sandbox.press.mutationOptions({
      // One press after the other, however fast they come.
      scope: { id: 'simulated-ledger' },
      onSuccess: (pressed) => {
        queries.setQueryData(orpc.sandbox.device.queryKey(), pressed);
        void queries.invalidateQueries({ queryKey: orpc.device.key() });
      },
    }),
  );
}
