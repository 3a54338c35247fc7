import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Queued, QueueFilter, QueueOrder } from '../../../core/contract/index.ts';
import { RAILS } from '../../../core/contract/payees.ts';
import { PAYOUT_SOURCES } from '../../../core/contract/policy-terms.ts';
import { QUEUE_SHOWS, QUEUE_SORTS } from '../../../core/contract/queue.ts';
import { orpc } from '../../app/client.ts';
import { go } from '../../app/routes.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 200;
const MINOR = /^\d{1,30}$/;

export type AskedQueue = QueueFilter & QueueOrder;

function oneOf<Value extends string>(known: readonly Value[], text: string | undefined): Value | undefined {
  return known.find((value) => value === text);
}

/** What the address asks for; what it cannot mean is left out. */
export function askedOf(params: Readonly<Record<string, string>>): AskedQueue {
  const asked = {
    show: oneOf(QUEUE_SHOWS, params.show),
    rail: oneOf(RAILS, params.rail),
    assetId: params.asset || undefined,
    payee: params.payee || undefined,
    source: oneOf(PAYOUT_SOURCES, params.source),
    importId: params.import || undefined,
    statementId: params.statement || undefined,
    fromMinor: MINOR.test(params.from ?? '') ? params.from : undefined,
    toMinor: MINOR.test(params.to ?? '') ? params.to : undefined,
    q: params.q || undefined,
    sort: oneOf(QUEUE_SORTS, params.sort),
    order: oneOf(['asc', 'desc'] as const, params.order),
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

/** The same as an address, as a saved view is opened. */
export function paramsOf(asked: AskedQueue): Record<string, string> {
  const { show, rail, assetId, payee, source, importId, statementId, fromMinor, toMinor, q, sort, order } = asked;
  const params = { show, rail, asset: assetId, payee, source, import: importId, statement: statementId };
  const rest = { from: fromMinor, to: toMinor, q, sort, order };
  return Object.fromEntries(
    Object.entries({ ...params, ...rest }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Whether anything but the standing and the order narrows it. */
export function isNarrowed({ show, sort, order, ...filters }: AskedQueue): boolean {
  return Object.keys(filters).length > 0;
}

export function useQueue(asked: AskedQueue) {
  return useRows(
    useInfiniteQuery(
      orpc.approvals.queue.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...asked, ...pageAt(cursor, PAGE) }),
        ...pages,
        // Comparing 100,000 rows with themselves costs more than drawing the forty in sight again.
        structuralSharing: false,
        placeholderData: (before) => before,
      }),
    ),
  );
}

export type Queue = ReturnType<typeof useQueue>;

/** How many there are behind each filter. */
export function useCounts({ show, rail, assetId, source, importId }: AskedQueue) {
  const input = { show, rail, assetId, source, importId };
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  return useQuery(orpc.approvals.counts.queryOptions({ input: given, placeholderData: (before) => before })).data;
}

/** A payout that stands beyond what is loaded, found by what it says of itself. */
function useBeyond(id: string | null, isBeyond: boolean) {
  const payout = useQuery({
    ...orpc.payouts.get.queryOptions({ input: { id: id ?? '' } }),
    enabled: isBeyond,
  });
  const { reference, payee } = payout.data ?? {};
  const found = useQuery({
    ...orpc.approvals.queue.queryOptions({
      input: { show: 'all', q: reference ?? '', ...(payee ? { payee: payee.id } : {}) },
    }),
    enabled: isBeyond && payout.data?.status === 'pending',
  });
  const queued = isBeyond ? found.data?.items.find((item) => item.id === id) : undefined;
  const asked = payout.isError || found.isError || (payout.data && (payout.data.status !== 'pending' || found.data));
  return { queued, isGone: isBeyond && Boolean(asked) && queued === undefined };
}

/**
 * The payout that is open. One that has left the queue gives way to the one that took its place; one
 * that was opened by its address and stands beyond the loaded part is asked for by itself.
 */
export function useOpened({ query, rows }: Queue, openId: string | null): Queued | undefined {
  const at = rows.findIndex(({ id }) => id === openId);
  const seen = useRef<{ id: string | null; at: number }>({ id: null, at: 0 });
  if (at >= 0) seen.current = { id: openId, at };
  const missing = openId !== null && at < 0 && !query.isPending && !query.isFetching;
  const hasLeft = missing && seen.current.id === openId;
  const { queued, isGone } = useBeyond(openId, missing && !hasLeft);
  useEffect(() => {
    if (isGone) go({ open: null }, { replace: true });
    if (hasLeft) go({ open: rows[Math.min(seen.current.at, rows.length - 1)]?.id ?? null }, { replace: true });
  }, [isGone, hasLeft, rows]);
  return at >= 0 ? rows[at] : queued;
}
