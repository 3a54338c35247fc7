import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';

export function useSavedViews() {
  return useQuery(orpc.savedViews.list.queryOptions());
}

function useFresh(): { onSettled: () => void } {
  const queries = useQueryClient();
  return { onSettled: () => void queries.invalidateQueries({ queryKey: orpc.savedViews.key() }) };
}

export const useSaveView = () => useMutation(orpc.savedViews.create.mutationOptions(useFresh()));
export const useRenameView = () => useMutation(orpc.savedViews.rename.mutationOptions(useFresh()));
export const useDeleteView = () => useMutation(orpc.savedViews.delete.mutationOptions(useFresh()));
