import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ActTerms } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { client, orpc } from '../../app/client.ts';
import { foundingOfMine, signAsMe } from '../../app/identity.ts';
import { statesExactly, termsText } from './act-statement.ts';
import { isGovernance } from './act-words.ts';

const DECIDERS = ['approver', 'controller', 'admin'] as const;
const TWO = 2;

/** The engine takes a statement for 15 minutes; a new one is asked for well before. */
const STATEMENT_FRESH_MS = 4 * 60_000;

/** Whether this person signs acts about payments. */
export function useMayDecide(): boolean {
  return hasAnyRole(useMe(), DECIDERS);
}

/** Who signs what: access, policy and settings are for admins, the rest for whoever decides about payments. */
export function useMaySign(): (terms: ActTerms) => boolean {
  const me = useMe();
  return (terms) => hasAnyRole(me, isGovernance(terms) ? ['admin'] : DECIDERS);
}

export function useWaitingActs() {
  return useQuery(orpc.acts.waiting.queryOptions());
}

/** How many acts this person could sign as the next. */
export function useWaitingForMe(): number {
  const me = useMe();
  const maySign = useMaySign();
  const { data } = useWaitingActs();
  return (data ?? []).filter(
    ({ terms, signedBy, takesEffectAtMs }) =>
      takesEffectAtMs === null && maySign(terms) && !signedBy.includes(me.staffId),
  ).length;
}

/** How many people sign these terms: two, or one admin while a new treasury is being set up. */
export function useSignaturesNeeded(terms: ActTerms): number | undefined {
  const status = useQuery(orpc.access.status.queryOptions());
  return isGovernance(terms) ? status.data?.signaturesNeeded : TWO;
}

/** Names for the people an act knows by their ids. */
export function useStaffName(): (id: string) => string | undefined {
  const { data } = useQuery(orpc.staff.list.queryOptions());
  return (id) => data?.find((member) => member.id === id)?.name;
}

/** The text to sign for these terms, and whether it says what this desk shows. */
export function useActStatement(terms: ActTerms) {
  const me = useMe();
  const query = useQuery(
    orpc.acts.prepare.queryOptions({
      input: { terms },
      // Apart from the keys of the acts: what is being signed is not asked for again by a live change.
      queryKey: ['act statement', termsText(terms), me.staffId],
      staleTime: STATEMENT_FRESH_MS,
      refetchInterval: STATEMENT_FRESH_MS,
      gcTime: 0,
    }),
  );
  const text = query.data?.statement ?? null;
  return {
    query,
    text,
    holds: text !== null && statesExactly(text, { terms, me, nowMs: Date.now(), founding: foundingOfMine() }),
  };
}

const TOUCHED = [
  'acts',
  'payouts',
  'approvals',
  'freezes',
  'fence',
  'vault',
  'desk',
  'staff',
  'access',
  'policies',
  'serviceAccounts',
  'secondFactor',
  'payees',
] as const;

/** Signs the text that was shown with the person's own key, and gives the signature. */
export function useSignAct() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ terms, statement }: { terms: ActTerms; statement: string }) => {
      const signature = await signAsMe(statement);
      return terms.kind === 'resolution'
        ? client.payouts.resolve({ id: terms.payoutId, statement, signature })
        : client.acts.sign({ statement, signature });
    },
    onSettled: () => {
      for (const part of TOUCHED) void queries.invalidateQueries({ queryKey: orpc[part].key({ type: 'query' }) });
    },
  });
}
