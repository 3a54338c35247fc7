import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';

export function useServiceAccounts() {
  return useQuery(orpc.serviceAccounts.list.queryOptions());
}
