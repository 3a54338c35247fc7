import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ESCROW_STATUSES, type EscrowStatus } from '../../../core/contract/escrow-holds.ts';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 200;

export interface HoldFilter {
  readonly q?: string;
  readonly status?: EscrowStatus;
}

export function holdFilterOf({ q, status }: Readonly<Record<string, string>>): HoldFilter {
  const known = ESCROW_STATUSES.find((candidate) => candidate === status);
  return { ...(q ? { q } : {}), ...(known ? { status: known } : {}) };
}

export function useHolds(filter: HoldFilter) {
  const query = useInfiniteQuery(
    orpc.escrowHolds.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, ...pageAt(cursor, PAGE) }),
      ...pages,
    }),
  );
  return useRows(query);
}

export function useHold(id: string) {
  return useQuery(orpc.escrowHolds.get.queryOptions({ input: { id } }));
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: orpc.escrowHolds.key() });
    void queries.invalidateQueries({ queryKey: orpc.payees.key() });
  };
}

export const useSetAside = () => useMutation(orpc.escrowHolds.create.mutationOptions({ onSuccess: useFresh() }));
export const useEditHold = () => useMutation(orpc.escrowHolds.edit.mutationOptions({ onSuccess: useFresh() }));
export const useReleaseHold = () => useMutation(orpc.escrowHolds.release.mutationOptions({ onSuccess: useFresh() }));
export const useCancelHold = () => useMutation(orpc.escrowHolds.cancel.mutationOptions({ onSuccess: useFresh() }));
export const useDeleteHold = () => useMutation(orpc.escrowHolds.delete.mutationOptions({ onSuccess: useFresh() }));
export const useReleaseDue = () => useMutation(orpc.escrowHolds.processDue.mutationOptions({ onSettled: useFresh() }));
