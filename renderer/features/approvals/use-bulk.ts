import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Queued } from '../../../core/contract/index.ts';
import { useMe } from '../../app/access.ts';
import { client, orpc } from '../../app/client.ts';
import { signAsMe } from '../../app/identity.ts';
import { words } from '../../app/words/words.ts';
import { type BulkPlan, lotsOf, type Prepared, planBulk, type ToSign } from './bulk-plan.ts';

/** The engine takes a statement for 15 minutes; new ones are asked for well before. */
const FRESH_MS = 4 * 60_000;
/** Small enough to show how it goes on, large enough to be quick. */
const GIVEN_AT_ONCE = 250;
const PREPARED_AT_ONCE = 500;

async function prepare(
  ids: readonly string[],
  signal: AbortSignal,
  onReady: (count: number) => void,
): Promise<Prepared> {
  const lots: Prepared[] = [];
  for (const [at, lot] of lotsOf(ids, PREPARED_AT_ONCE).entries()) {
    lots.push(await client.approvals.prepareMany({ ids: [...lot] }, { signal }));
    onReady(Math.min(ids.length, (at + 1) * PREPARED_AT_ONCE));
  }
  return { statements: lots.flatMap((lot) => lot.statements), cannot: lots.flatMap((lot) => lot.cannot) };
}

/** What approving these would mean, asked for again before it gets old. */
export function useBulkPlan(payouts: readonly Queued[]): {
  readonly query: { isPending: boolean; isError: boolean; error: unknown; refetch: () => unknown; isFetching: boolean };
  readonly plan: BulkPlan | null;
  /** How many statements have come so far. */
  readonly prepared: number;
} {
  const me = useMe();
  const [prepared, setPrepared] = useState(0);
  const query = useQuery({
    // Apart from the queue's keys: a live change of the queue does not change what is being looked at.
    queryKey: ['statements', payouts.map(({ id, version }) => `${id}:${version}`)],
    queryFn: ({ signal }) =>
      prepare(
        payouts.map(({ id }) => id),
        signal,
        setPrepared,
      ),
    enabled: payouts.length > 0,
    staleTime: FRESH_MS,
    refetchInterval: FRESH_MS,
    gcTime: 0,
    structuralSharing: false,
  });
  const { data, dataUpdatedAt } = query;
  const plan = useMemo(
    () =>
      data
        ? planBulk(payouts, data, {
            me,
            nowMs: Math.max(dataUpdatedAt, Date.now()),
            unchecked: words.bulk.unchecked,
          })
        : null,
    [data, dataUpdatedAt, payouts, me],
  );
  return { query, plan, prepared };
}

export interface BulkOutcome {
  readonly approved: number;
  readonly given: number;
  readonly refused: readonly { readonly id: string; readonly message: string }[];
  /** What has this person's signature now, whoever else it waits for. */
  readonly signed: readonly string[];
}

const NOTHING: BulkOutcome = { approved: 0, given: 0, refused: [], signed: [] };

/** Signs each with the person's own key and gives them lot by lot; what was given before a failure counts. */
export function useGiveMany() {
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState<BulkOutcome>(NOTHING);
  const [done, setDone] = useState(0);
  const mutation = useMutation({
    mutationFn: async (toSign: readonly ToSign[]) => {
      let sum = NOTHING;
      setOutcome(sum);
      setDone(0);
      for (const lot of lotsOf(toSign, GIVEN_AT_ONCE)) {
        const approvals = await Promise.all(
          lot.map(async ({ payout, statement }) => ({
            id: payout.id,
            statement,
            signature: await signAsMe(statement),
          })),
        );
        const answer = await client.approvals.giveMany({ approvals });
        sum = {
          approved: sum.approved + answer.approved,
          given: sum.given + answer.given,
          refused: [
            ...sum.refused,
            ...answer.results.flatMap((result) =>
              result.outcome === 'refused' ? [{ id: result.id, message: result.message }] : [],
            ),
          ],
          signed: [...sum.signed, ...answer.results.flatMap(({ id, outcome: how }) => (how === 'refused' ? [] : [id]))],
        };
        setOutcome(sum);
        setDone((before) => before + lot.length);
      }
      return sum;
    },
    onSettled: () => {
      for (const part of ['approvals', 'payouts', 'desk'] as const) {
        void queries.invalidateQueries({ queryKey: orpc[part].key() });
      }
    },
  });
  return { mutation, outcome, done };
}
