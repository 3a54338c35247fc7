import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChainDocument, DeviceAsked } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

/** What the network does is no event of ours: while something is open, this screen asks again. */
const LOOK_EVERY_MS = 2_500;
const PAGE = 50;

export function useChain() {
  return useQuery({ ...orpc.chain.overview.queryOptions(), refetchInterval: LOOK_EVERY_MS });
}

/** What a signer could do now: transactions without enough signatures, and payouts that wait for one. */
export function useToSign(): number {
  const isSigner = hasAnyRole(useMe(), ['signer']);
  const { data } = useQuery({ ...orpc.chain.overview.queryOptions(), enabled: isSigner });
  if (!data || data.mode === null || data.mode === 'hot_key') return 0;
  return data.open.filter(({ state }) => state === 'built').length + data.waiting;
}

/** `q`: the beginning of a hash, or part of a payout's reference or payee. */
export function useTransactions(q: string) {
  const query = useInfiniteQuery({
    ...orpc.chain.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...pageAt(cursor, PAGE), ...(q === '' ? {} : { q }) }),
      ...pages,
    }),
    // What was found before stays until the next is.
    placeholderData: keepPreviousData,
    // One that is open moves on without any doing of ours.
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((one) => !isOver(one))) ? LOOK_EVERY_MS : false,
  });
  return useRows(query);
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

/** What a person is asked on the Ledger now, from whichever window it was begun; null while nothing is. */
export function useAskedOnDevice(): DeviceAsked | null {
  const { data } = useQuery({ ...orpc.device.asked.queryOptions(), refetchInterval: LOOK_EVERY_MS });
  return data ?? null;
}

/** Five of the keys that a Ledger holds; asked once, since it can answer one question at a time. */
export function useLedgerKeys(first: number, isWanted: boolean) {
  return useQuery({
    ...orpc.device.accounts.queryOptions({ input: { first } }),
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export const useVerifyAddress = () =>
  useMutation({
    ...orpc.device.verifyAddress.mutationOptions({ onSettled: useFresh() }),
    mutationFn: ({ path, address }: { readonly path: string; readonly address: string }) =>
      orpc.device.verifyAddress.call({ path, address }),
  });
export type VerifyAddress = ReturnType<typeof useVerifyAddress>;

interface Limits {
  readonly version: string;
  readonly dataBytesMax: number;
}

export function usePlan(limits: Limits | null, paymentsMax: number | null, isWanted: boolean) {
  return useQuery({
    ...orpc.chain.plan.queryOptions({
      input: { ...(limits === null ? {} : { device: limits }), ...(paymentsMax === null ? {} : { paymentsMax }) },
    }),
    // What was planned stays while something about it is chosen.
    placeholderData: keepPreviousData,
    enabled: isWanted,
    retry: false,
  });
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const queryKey of [orpc.chain.key(), orpc.device.asked.key(), orpc.payouts.key(), orpc.desk.overview.key()]) {
      void queries.invalidateQueries({ queryKey });
    }
  };
}

export const useBuild = () => useMutation(orpc.chain.build.mutationOptions({ onSettled: useFresh() }));
export const useSignOnDevice = () => useMutation(orpc.chain.signOnDevice.mutationOptions({ onSettled: useFresh() }));
export const useStopAsking = () => useMutation(orpc.device.stop.mutationOptions({ onSettled: useFresh() }));
export const useSimulateAgain = () => useMutation(orpc.chain.simulateAgain.mutationOptions({ onSettled: useFresh() }));
export const useHandOut = () => useMutation(orpc.chain.handOut.mutationOptions({ onSettled: useFresh() }));
export const useQueueSigned = () => useMutation(orpc.chain.queueSigned.mutationOptions({ onSettled: useFresh() }));
export const useSubmit = () => useMutation(orpc.chain.submit.mutationOptions({ onSettled: useFresh() }));
export const useConfirm = () => useMutation(orpc.chain.confirm.mutationOptions({ onSettled: useFresh() }));
export const useDiscard = () => useMutation(orpc.chain.discard.mutationOptions({ onSettled: useFresh() }));
export const useBump = () => useMutation(orpc.chain.bump.mutationOptions({ onSettled: useFresh() }));
