import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

/** That an alert's figures moved is no event; the window asks again as often as the watch looks. */
const LOOK_EVERY_MS = 60_000;
const PAGE = 100;

export function useOpenAlerts() {
  return useQuery({ ...orpc.alerts.open.queryOptions(), refetchInterval: LOOK_EVERY_MS });
}

/** How many wait for somebody. */
export function useAlertCount(): number {
  return useOpenAlerts().data?.filter(({ waits }) => waits).length ?? 0;
}

export function useClearedAlerts() {
  const query = useInfiniteQuery(
    orpc.alerts.history.infiniteOptions({ input: (cursor: string | undefined) => pageAt(cursor, PAGE), ...pages }),
  );
  return useRows(query);
}

export function useAlert(id: string) {
  return useQuery({ ...orpc.alerts.get.queryOptions({ input: { id } }), refetchInterval: LOOK_EVERY_MS });
}

export function useThresholds() {
  return useQuery(orpc.alerts.thresholds.queryOptions());
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: orpc.alerts.key() });
}

export const useAcknowledge = () => useMutation(orpc.alerts.acknowledge.mutationOptions({ onSettled: useFresh() }));
export const useSnooze = () => useMutation(orpc.alerts.snooze.mutationOptions({ onSettled: useFresh() }));
export const useSetThresholds = () => useMutation(orpc.alerts.setThresholds.mutationOptions({ onSuccess: useFresh() }));
