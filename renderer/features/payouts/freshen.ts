/**
 * Keeps the long lists of payouts fresh without asking for all their pages again: the payouts that
 * changed are asked for one by one and put in their place.
 */
import type { Query, QueryClient } from '@tanstack/react-query';
import { client, orpc } from '../../app/client.ts';
import { cutToFirstPages } from '../../app/first-pages.ts';
import { worthAskingAgain } from '../../app/refusals.ts';
import { type PayoutFilter, type PayoutPages, withPayout } from './payout-pages.ts';

/** More at once than this, and asking for the first pages again is cheaper. */
const ONE_BY_ONE_MAX = 25;

function filterOf(query: Query): PayoutFilter {
  const options = query.queryKey[1] as { input?: PayoutFilter } | undefined;
  return options?.input ?? {};
}

/** Asks again, but only for the first pages: a list scrolled far down is not fetched whole. */
async function askAgain(queries: QueryClient, lists: readonly Query[]): Promise<void> {
  cutToFirstPages(queries, lists);
  for (const { queryKey } of lists) await queries.invalidateQueries({ queryKey, exact: true });
}

export async function freshenPayoutLists(queries: QueryClient, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  for (const id of ids) void queries.invalidateQueries({ queryKey: orpc.payouts.get.key({ input: { id } }) });
  void queries.invalidateQueries({ queryKey: orpc.payouts.list.key({ type: 'query' }) });

  const lists = queries.getQueryCache().findAll({ queryKey: orpc.payouts.list.key({ type: 'infinite' }) });
  if (lists.length === 0) return;
  // Only the engine knows what a search finds.
  const [searches, plain] = [lists.filter((list) => filterOf(list).q), lists.filter((list) => !filterOf(list).q)];
  await askAgain(queries, searches);
  if (ids.length > ONE_BY_ONE_MAX) return askAgain(queries, plain);
  try {
    const changed = await Promise.all(ids.map((id) => client.payouts.get({ id })));
    for (const list of plain) {
      if (list.state.data === undefined) {
        await queries.invalidateQueries({ queryKey: list.queryKey, exact: true });
        continue;
      }
      // A page that is on its way was asked for before the change and would undo it.
      await queries.cancelQueries({ queryKey: list.queryKey, exact: true });
      const filter = filterOf(list);
      queries.setQueryData<PayoutPages>(
        list.queryKey,
        (pages) => pages && changed.reduce((all, payout) => withPayout(all, payout, filter), pages),
      );
    }
  } catch (error) {
    if (!worthAskingAgain(error)) throw error;
    await askAgain(queries, plain);
  }
}
