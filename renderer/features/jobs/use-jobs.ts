import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';

/** A run that found nothing to do is no event that a window is told of, so this screen asks again. */
const LOOK_EVERY_MS = 5_000;
const RUNS_PAGE = 50;

export function useJobs() {
  return useQuery({ ...orpc.jobs.list.queryOptions(), refetchInterval: LOOK_EVERY_MS });
}

export function useJobHistory(name: string) {
  const query = useInfiniteQuery({
    ...orpc.jobs.history.infiniteOptions({
      input: (cursor: string | undefined) => ({
        name,
        limit: RUNS_PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
    refetchInterval: LOOK_EVERY_MS,
  });
  return { query, runs: query.data?.pages.flatMap((page) => page.items) ?? [] };
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: orpc.jobs.key() });
    void queries.invalidateQueries({ queryKey: orpc.desk.overview.key() });
  };
}

export const useRunJobNow = () => useMutation(orpc.desk.runJob.mutationOptions({ onSettled: useFresh() }));
export const usePauseJob = () => useMutation(orpc.jobs.pause.mutationOptions({ onSuccess: useFresh() }));
export const useResumeJob = () => useMutation(orpc.jobs.resume.mutationOptions({ onSuccess: useFresh() }));
