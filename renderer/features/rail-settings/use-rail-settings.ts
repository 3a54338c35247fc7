import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RailName } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';

export function useRailSettings(rail: RailName) {
  return useQuery(orpc.railSettings.list.queryOptions({ input: { rail } }));
}

export function useChangeRailSettings() {
  const queries = useQueryClient();
  return useMutation(
    orpc.railSettings.change.mutationOptions({
      onSettled: () => void queries.invalidateQueries({ queryKey: orpc.railSettings.key() }),
    }),
  );
}
