import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChainDocument } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';

/** What the network does is no event of ours: while something is open, this screen asks again. */
const LOOK_EVERY_MS = 2_500;
const LATEST = 50;

export function useChain() {
  return useQuery({ ...orpc.chain.overview.queryOptions(), refetchInterval: LOOK_EVERY_MS });
}

export function useTransactions() {
  return useQuery({
    ...orpc.chain.list.queryOptions({ input: { limit: LATEST } }),
    refetchInterval: LOOK_EVERY_MS,
  });
}

export function useDocument(id: string) {
  return useQuery({
    ...orpc.chain.get.queryOptions({ input: { id } }),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : LOOK_EVERY_MS),
  });
}

export function isOver({ state }: Pick<ChainDocument, 'state'>): boolean {
  return state === 'confirmed' || state === 'failed' || state === 'expired';
}

/** A device that is unplugged or locked answers with a refusal: that is a state, and is shown as one. */
export function useDevice(isWanted: boolean) {
  return useQuery({
    ...orpc.device.status.queryOptions(),
    enabled: isWanted,
    refetchInterval: LOOK_EVERY_MS,
    retry: false,
  });
}

export function usePlan(limits: { readonly version: string; readonly dataBytesMax: number } | null, isWanted: boolean) {
  return useQuery({
    ...orpc.chain.plan.queryOptions({ input: limits === null ? {} : { device: limits } }),
    enabled: isWanted,
    retry: false,
  });
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const queryKey of [orpc.chain.key(), orpc.payouts.key(), orpc.desk.overview.key()]) {
      void queries.invalidateQueries({ queryKey });
    }
  };
}

export const useBuild = () => useMutation(orpc.chain.build.mutationOptions({ onSettled: useFresh() }));
export const useSignOnDevice = () => useMutation(orpc.chain.signOnDevice.mutationOptions({ onSettled: useFresh() }));
export const useSimulateAgain = () => useMutation(orpc.chain.simulateAgain.mutationOptions({ onSettled: useFresh() }));
export const useHandOut = () => useMutation(orpc.chain.handOut.mutationOptions({ onSettled: useFresh() }));
export const useQueueSigned = () => useMutation(orpc.chain.queueSigned.mutationOptions({ onSettled: useFresh() }));
export const useSubmit = () => useMutation(orpc.chain.submit.mutationOptions({ onSettled: useFresh() }));
export const useConfirm = () => useMutation(orpc.chain.confirm.mutationOptions({ onSettled: useFresh() }));
export const useDiscard = () => useMutation(orpc.chain.discard.mutationOptions({ onSettled: useFresh() }));
export const useBump = () => useMutation(orpc.chain.bump.mutationOptions({ onSettled: useFresh() }));
