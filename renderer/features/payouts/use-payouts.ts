import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RAILS, type RailName } from '../../../core/contract/payees.ts';
import { PAYOUT_STATUSES, type PayoutStatus } from '../../../core/contract/payouts.ts';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';
import { dayStartMs } from '../../ui/day-text.ts';

const PAGE = 500;

export interface AskedPayouts {
  readonly status?: PayoutStatus;
  readonly rail?: RailName;
  readonly payee?: string;
  readonly from?: number;
  readonly to?: number;
  readonly q?: string;
}

/** What the address asks for; what it cannot mean is left out. */
export function askedOf(params: Readonly<Record<string, string>>): AskedPayouts {
  const status = PAYOUT_STATUSES.find((name) => name === params.status);
  const rail = RAILS.find((name) => name === params.rail);
  const from = dayStartMs(params.from ?? '');
  // Until a day means until it is over.
  const to = dayStartMs(params.to ?? '', 1);
  return {
    ...(status === undefined ? {} : { status }),
    ...(rail === undefined ? {} : { rail }),
    ...(params.payee ? { payee: params.payee } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(params.q ? { q: params.q } : {}),
  };
}

/** The list as far as it has been scrolled. Its pages are patched by live changes, not asked for again. */
export function usePayouts(asked: AskedPayouts) {
  const query = useInfiniteQuery(
    orpc.payouts.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...asked, ...pageAt(cursor, PAGE) }),
      ...pages,
      // Comparing 100,000 rows with themselves costs more than drawing the forty in sight again.
      structuralSharing: false,
    }),
  );
  return useRows(query);
}

export function usePayout(id: string) {
  return useQuery(orpc.payouts.get.queryOptions({ input: { id } }));
}

export function useRequestPayout() {
  const queries = useQueryClient();
  return useMutation(
    orpc.payouts.request.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries({ queryKey: orpc.desk.overview.key() });
      },
    }),
  );
}
