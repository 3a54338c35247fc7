import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ProviderRail } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';

export function useProviderAccount(rail: ProviderRail) {
  return useQuery({
    ...orpc.providers.list.queryOptions(),
    select: (accounts) => accounts.find((account) => account.rail === rail) ?? null,
  });
}

function useFreshen() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: orpc.providers.key() });
}

export function useTestProvider() {
  return useMutation(orpc.providers.test.mutationOptions({ onSettled: useFreshen() }));
}

export function useReleaseAccount() {
  return useMutation(orpc.providers.release.mutationOptions({ onSettled: useFreshen() }));
}
