import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { SCHEDULE_STATUSES, type ScheduleStatus } from '../../../core/contract/schedules.ts';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 200;

export interface ScheduleFilter {
  readonly q?: string;
  readonly status?: ScheduleStatus;
}

export function scheduleFilterOf({ q, status }: Readonly<Record<string, string>>): ScheduleFilter {
  const known = SCHEDULE_STATUSES.find((candidate) => candidate === status);
  return { ...(q ? { q } : {}), ...(known ? { status: known } : {}) };
}

export function useSchedules(filter: ScheduleFilter) {
  const query = useInfiniteQuery(
    orpc.payoutSchedules.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, ...pageAt(cursor, PAGE) }),
      ...pages,
    }),
  );
  return useRows(query);
}

export function useSchedule(id: string) {
  return useQuery(orpc.payoutSchedules.get.queryOptions({ input: { id } }));
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: orpc.payoutSchedules.key() });
}

export const useWriteSchedule = () =>
  useMutation(orpc.payoutSchedules.create.mutationOptions({ onSuccess: useFresh() }));
export const useEditSchedule = () => useMutation(orpc.payoutSchedules.edit.mutationOptions({ onSuccess: useFresh() }));
export const useTriggerSchedule = () =>
  useMutation(orpc.payoutSchedules.trigger.mutationOptions({ onSettled: useFresh() }));
export const useCancelSchedule = () =>
  useMutation(orpc.payoutSchedules.cancel.mutationOptions({ onSuccess: useFresh() }));
export const useDeleteSchedule = () =>
  useMutation(orpc.payoutSchedules.delete.mutationOptions({ onSuccess: useFresh() }));
export const useProcessDue = () =>
  useMutation(orpc.payoutSchedules.processDue.mutationOptions({ onSettled: useFresh() }));
