import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';

export function useFence() {
  return useQuery(orpc.fence.status.queryOptions());
}

/** Asks every rail what happened since the backup. */
export function useCompare() {
  const queries = useQueryClient();
  return useMutation(
    orpc.fence.compare.mutationOptions({
      onSettled: () => {
        void queries.invalidateQueries({ queryKey: orpc.fence.key({ type: 'query' }) });
        void queries.invalidateQueries({ queryKey: orpc.desk.overview.key() });
      },
    }),
  );
}
