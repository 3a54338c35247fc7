/**
 * Changes as the engine commits them. What a change touches is asked again; a stream that broke is
 * opened again and everything is asked again, since nobody knows what was missed.
 */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { freshenQueue } from '../features/approvals/freshen-queue.ts';
import { freshenPayoutLists } from '../features/payouts/freshen.ts';
import { client, orpc } from './client.ts';
import { cutToFirstPages } from './first-pages.ts';
import { useIdentity } from './identity.ts';
import { endsTheSession } from './refusals.ts';
import { partsTouchedBy } from './touched-parts.ts';

/** Many commits close together are answered by one round of questions. */
const GATHER_MS = 120;
const PAYOUT_SUBJECT = /^payout:(pay_[0-9a-z]+)$/;
const AGAIN_AFTER_MS = [200, 500, 1_000, 3_000] as const;

interface Change {
  readonly name: string;
  readonly subject: string;
}

function gatherer(queries: QueryClient): { take(change: Change): void; stop(): void } {
  let changes: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    const gathered = changes;
    changes = [];
    timer = null;
    for (const part of new Set(gathered.flatMap(({ name }) => partsTouchedBy(name)))) {
      const queryKey = orpc[part].key();
      cutToFirstPages(queries, queries.getQueryCache().findAll({ queryKey }));
      void queries.invalidateQueries({ queryKey });
    }
    const payoutIds = new Set(gathered.flatMap(({ subject }) => PAYOUT_SUBJECT.exec(subject)?.[1] ?? []));
    void freshenPayoutLists(queries, [...payoutIds]);
    void freshenQueue(queries, [...payoutIds]);
  };
  return {
    take(change) {
      changes.push(change);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

async function follow(queries: QueryClient, signal: AbortSignal): Promise<void> {
  const changes = gatherer(queries);
  signal.addEventListener('abort', () => changes.stop(), { once: true });
  let failures = 0;
  let missedSome = false;
  while (!signal.aborted) {
    try {
      const stream = await client.desk.changes(undefined, { signal });
      if (missedSome) void queries.invalidateQueries();
      missedSome = true;
      failures = 0;
      for await (const change of stream) changes.take(change);
    } catch (error) {
      if (signal.aborted || endsTheSession(error)) return;
    }
    const waitMs = AGAIN_AFTER_MS[Math.min(failures, AGAIN_AFTER_MS.length - 1)] ?? 3_000;
    failures += 1;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

export function useLiveChanges(): void {
  const queries = useQueryClient();
  const signedIn = useIdentity((state) => state.identity?.me.staffId ?? null);
  useEffect(() => {
    if (signedIn === null) return;
    const stop = new AbortController();
    void follow(queries, stop.signal);
    return () => stop.abort();
  }, [queries, signedIn]);
}
