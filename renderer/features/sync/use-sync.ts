import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  EVENT_OUTCOMES,
  type EventOutcome,
  type ProviderEvent,
  RAILS,
  type RailName,
} from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

/** Reading that finds nothing is no event that a window is told of, so this screen asks again. */
const LOOK_EVERY_MS = 5_000;
const PAGE = 200;

export function useSyncStatus() {
  return useQuery({ ...orpc.sync.status.queryOptions(), refetchInterval: LOOK_EVERY_MS });
}

export const ASKED_OUTCOMES = ['open', ...EVENT_OUTCOMES] as const;

export interface AskedEvents {
  readonly rail?: RailName;
  readonly outcome?: EventOutcome | 'open';
  readonly payout?: string;
  readonly q?: string;
}

/** What the address asks for; what it cannot mean is left out. */
export function askedOf(params: Readonly<Record<string, string>>): AskedEvents {
  const rail = RAILS.find((name) => name === params.rail);
  const outcome = ASKED_OUTCOMES.find((name) => name === params.outcome);
  return {
    ...(rail === undefined ? {} : { rail }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(params.payout ? { payout: params.payout } : {}),
    ...(params.q ? { q: params.q } : {}),
  };
}

/** A record is known by its rail and the provider's own name for it. */
export type EventRow = ProviderEvent & { readonly id: string };

export const rowIdOf = ({ rail, eventId }: Pick<ProviderEvent, 'rail' | 'eventId'>) => `${rail}:${eventId}`;

export interface Opened {
  readonly rail: RailName;
  /** Nothing where the rail itself is open. */
  readonly eventId: string | null;
}

export function openedOf(open: string | null): Opened | null {
  const [name = '', ...rest] = open?.split(':') ?? [];
  const rail = RAILS.find((known) => known === name);
  return rail === undefined ? null : { rail, eventId: rest.length === 0 ? null : rest.join(':') };
}

export function useProviderEvents(asked: AskedEvents) {
  const query = useInfiniteQuery(
    orpc.providerEvents.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...asked, ...pageAt(cursor, PAGE) }),
      ...pages,
      placeholderData: (before) => before,
    }),
  );
  const { rows: items, loadMore } = useRows(query);
  const rows = useMemo(() => items.map((event): EventRow => ({ ...event, id: rowIdOf(event) })), [items]);
  return { query, rows, loadMore };
}

export function useProviderEvent(rail: RailName, eventId: string) {
  return useQuery(orpc.providerEvents.get.queryOptions({ input: { rail, eventId } }));
}

function useFresh(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const part of [orpc.sync, orpc.providerEvents, orpc.jobs])
      void queries.invalidateQueries({ queryKey: part.key() });
  };
}

export const useReadNow = () => useMutation(orpc.sync.runNow.mutationOptions({ onSettled: useFresh() }));
export const usePauseReading = () => useMutation(orpc.sync.pause.mutationOptions({ onSuccess: useFresh() }));
export const useResumeReading = () => useMutation(orpc.sync.resume.mutationOptions({ onSuccess: useFresh() }));
/** As many as are tried at once, oldest first. */
export const useRetryAll = () => useMutation(orpc.providerEvents.retryAll.mutationOptions({ onSettled: useFresh() }));
export const useRetryEvent = () => useMutation(orpc.providerEvents.retry.mutationOptions({ onSettled: useFresh() }));
