import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ProviderBatch } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { feeAgainMs } from '../payouts/use-fee.ts';

/** What the provider does is no event of ours: while a code is waited for, the open batch is asked about again. */
const LOOK_EVERY_MS = 5_000;
const LATEST = 50;

export function useBatches() {
  return useQuery(orpc.batches.list.queryOptions({ input: { limit: LATEST } }));
}

/** How many wait for somebody with a code. */
export function useNeedCode(): number {
  return useBatches().data?.needCode ?? 0;
}

export function useBatch(id: string) {
  return useQuery({
    ...orpc.batches.get.queryOptions({ input: { id } }),
    refetchInterval: ({ state }) => (state.data && state.data.endedAtMs === null ? LOOK_EVERY_MS : false),
  });
}

/** What is shown here is what the code is given at. */
export function useBatchFee({ id, state }: Pick<ProviderBatch, 'id' | 'state'>) {
  return useQuery({
    ...orpc.batches.fee.queryOptions({ input: { id } }),
    enabled: state === 'needs_code',
    retry: false,
    refetchInterval: (query) => feeAgainMs(query.state.data, Date.now()),
  });
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const queryKey of [orpc.batches.key(), orpc.payouts.key(), orpc.desk.overview.key()]) {
      void queries.invalidateQueries({ queryKey });
    }
  };
}

export const useRelease = () => useMutation(orpc.batches.verify.mutationOptions({ onSettled: useFresh() }));
export const useAskAgain = () => useMutation(orpc.batches.askAgain.mutationOptions({ onSettled: useFresh() }));
