import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 50;
/** That a delivery arrived is no event. */
const LOOK_EVERY_MS = 5_000;

export function useWebhooks() {
  return useQuery({ ...orpc.webhookEndpoints.list.queryOptions(), refetchInterval: LOOK_EVERY_MS });
}

export function useDeliveries(id: string) {
  const query = useInfiniteQuery({
    ...orpc.webhookEndpoints.deliveries.infiniteOptions({
      input: (cursor: string | undefined) => ({ id, ...pageAt(cursor, PAGE) }),
      ...pages,
    }),
    refetchInterval: LOOK_EVERY_MS,
  });
  return useRows(query);
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: orpc.webhookEndpoints.key() });
}

export const usePropose = () => useMutation(orpc.webhookEndpoints.propose.mutationOptions({ onSuccess: useFresh() }));
export const useConfirm = () => useMutation(orpc.webhookEndpoints.confirm.mutationOptions({ onSettled: useFresh() }));
export const useDisable = () => useMutation(orpc.webhookEndpoints.disable.mutationOptions({ onSettled: useFresh() }));
export const useEnable = () => useMutation(orpc.webhookEndpoints.enable.mutationOptions({ onSettled: useFresh() }));
export const useRemove = () => useMutation(orpc.webhookEndpoints.remove.mutationOptions({ onSettled: useFresh() }));
export const usePing = () => useMutation(orpc.webhookEndpoints.ping.mutationOptions({ onSettled: useFresh() }));
export const useRedeliver = () =>
  useMutation(orpc.webhookEndpoints.redeliver.mutationOptions({ onSettled: useFresh() }));
