import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';

export function useFreezes() {
  return useQuery(orpc.freezes.list.queryOptions());
}

export function useFreeze() {
  const queries = useQueryClient();
  return useMutation(
    orpc.freezes.freeze.mutationOptions({
      onSettled: () => {
        void queries.invalidateQueries({ queryKey: orpc.freezes.key() });
      },
    }),
  );
}
