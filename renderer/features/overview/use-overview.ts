import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';

export function useOverview() {
  return useQuery(orpc.desk.overview.queryOptions());
}

export function useRunJob() {
  const queries = useQueryClient();
  return useMutation(
    orpc.desk.runJob.mutationOptions({
      onSettled: () => {
        void queries.invalidateQueries({ queryKey: orpc.desk.overview.key() });
      },
    }),
  );
}

export function useFund() {
  const queries = useQueryClient();
  return useMutation(
    orpc.desk.fund.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries({ queryKey: orpc.desk.overview.key() });
        void queries.invalidateQueries({ queryKey: orpc.ledger.key() });
      },
    }),
  );
}
