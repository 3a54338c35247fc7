/** Keeps the queue fresh while others work on it, without moving a list that was scrolled far. */
import type { QueryClient } from '@tanstack/react-query';
import { QUEUE_SHOWS } from '../../../core/contract/queue.ts';
import { client, orpc } from '../../app/client.ts';
import { useIdentity } from '../../app/identity.ts';
import { worthAskingAgain } from '../../app/refusals.ts';
import { type QueuePages, withChanged } from './queue-pages.ts';

/** Up to here asking for all pages again costs less than anybody notices. */
const PAGES_ASKED_AGAIN = 3;
/** More at once than this, and asking again is cheaper. */
const ONE_BY_ONE_MAX = 25;

export async function freshenQueue(queries: QueryClient, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  void queries.invalidateQueries({ queryKey: orpc.approvals.key({ type: 'query' }) });
  const lists = queries.getQueryCache().findAll({ queryKey: orpc.approvals.queue.key({ type: 'infinite' }) });
  const staffId = useIdentity.getState().identity?.me.staffId ?? '';
  for (const { queryKey, state } of lists) {
    const pages = state.data as QueuePages | undefined;
    if (!pages || pages.pages.length <= PAGES_ASKED_AGAIN || ids.length > ONE_BY_ONE_MAX) {
      void queries.invalidateQueries({ queryKey, exact: true });
      continue;
    }
    try {
      const changed = await Promise.all(ids.map((id) => client.payouts.get({ id })));
      const options = queryKey[1] as { input?: { show?: string } } | undefined;
      const show = QUEUE_SHOWS.find((known) => known === options?.input?.show) ?? 'mine';
      queries.setQueryData<QueuePages>(
        queryKey,
        (now) => now && changed.reduce((all, payout) => withChanged(all, payout, { show, staffId }), now),
      );
    } catch (error) {
      if (!worthAskingAgain(error)) throw error;
      void queries.invalidateQueries({ queryKey, exact: true });
    }
  }
}
