import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CAMPAIGN_STATUSES, type CampaignStatus } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 200;

/** What campaigns give and charges are paid in, in every vault. */
export const CREDITS = { id: 'credit:micro', code: 'CREDIT', scale: 6 } as const;

export interface CampaignFilter {
  readonly q?: string;
  readonly status?: CampaignStatus;
}

export function campaignFilterOf({ q, status }: Readonly<Record<string, string>>): CampaignFilter {
  const known = CAMPAIGN_STATUSES.find((candidate) => candidate === status);
  return { ...(q ? { q } : {}), ...(known ? { status: known } : {}) };
}

export function useCampaigns(filter: CampaignFilter) {
  return useRows(
    useInfiniteQuery(
      orpc.campaigns.list.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...pageAt(cursor, PAGE), ...filter }),
        ...pages,
      }),
    ),
  );
}

export function useCampaign(id: string) {
  return useQuery(orpc.campaigns.get.queryOptions({ input: { id } }));
}

const GRANTS_PAGE = 100;

export function useGrants(id: string) {
  return useRows(
    useInfiniteQuery(
      orpc.campaigns.grants.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...pageAt(cursor, GRANTS_PAGE), id }),
        ...pages,
      }),
    ),
  );
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const part of ['campaigns', 'discounts', 'billing'] as const) {
      void queries.invalidateQueries({ queryKey: orpc[part].key() });
    }
  };
}

export const useWriteCampaign = () => useMutation(orpc.campaigns.create.mutationOptions({ onSuccess: useFresh() }));
export const useGrantBatch = () => useMutation(orpc.campaigns.grantBatch.mutationOptions({ onSuccess: useFresh() }));
export const useActivate = () => useMutation(orpc.campaigns.activate.mutationOptions({ onSettled: useFresh() }));
export const usePause = () => useMutation(orpc.campaigns.pause.mutationOptions({ onSettled: useFresh() }));
export const useComplete = () => useMutation(orpc.campaigns.complete.mutationOptions({ onSettled: useFresh() }));

export const useRules = () => useQuery(orpc.discounts.list.queryOptions());
export const useWriteRule = () => useMutation(orpc.discounts.create.mutationOptions({ onSuccess: useFresh() }));
export const useEndRule = () => useMutation(orpc.discounts.end.mutationOptions({ onSettled: useFresh() }));

/** Asked by a button, though it changes nothing: a quote is of one moment. */
export const useTryCharge = () => useMutation(orpc.discounts.quote.mutationOptions());

export function useMember(id: string | null) {
  return useQuery({ ...orpc.billing.account.queryOptions({ input: { id: id ?? '' } }), enabled: id !== null });
}

export const useMint = () => useMutation(orpc.billing.mint.mutationOptions({ onSuccess: useFresh() }));
