/** The pages of the queue, and what one changed payout makes of them. */
import type { InfiniteData } from '@tanstack/react-query';
import type { Payout, Queued, QueueShow } from '../../../core/contract/index.ts';

interface QueuePage {
  readonly items: readonly Queued[];
  readonly nextCursor: string | null;
}

export type QueuePages = InfiniteData<QueuePage, string | undefined>;

/** Which list it is, and who looks at it. */
interface Looking {
  readonly show: QueueShow;
  readonly staffId: string;
}

/** Whether the payout may still stand in this list, as far as can be said without asking the engine. */
function stays(payout: Payout, { show, staffId }: Looking): boolean {
  if (payout.status !== 'pending') return false;
  return show !== 'mine' || !payout.approvals.given.some((approval) => approval.staffId === staffId);
}

/**
 * The list with this payout as it is now, or without it. A list that was scrolled far stays where it
 * is: what is new here comes at the end, or when the list is asked for again.
 */
export function withChanged(pages: QueuePages, payout: Payout, looking: Looking): QueuePages {
  const at = pages.pages.findIndex(({ items }) => items.some(({ id }) => id === payout.id));
  const page = pages.pages[at];
  if (!page) return pages;
  const items = stays(payout, looking)
    ? page.items.map((item) => (item.id === payout.id ? { ...item, ...onlyPayout(payout) } : item))
    : page.items.filter(({ id }) => id !== payout.id);
  return { ...pages, pages: pages.pages.with(at, { ...page, items }) };
}

/** Without what only the answer about one payout has. */
function onlyPayout(payout: Payout): Payout {
  const { timeline: _timeline, held: _held, ...rest } = payout as Payout & { timeline?: unknown; held?: unknown };
  return rest as Payout;
}
