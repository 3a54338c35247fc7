import { useEffect, useState } from 'react';
import type { Queued } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import type { Selection } from '../../ui/use-selection.ts';
import { type AskedQueue, type Queue, useCounts } from './use-queue.ts';

const say = words.bulk;
/** More than this is not looked at by anybody; narrow the queue first. */
const SELECT_ALL_MAX = 20_000;

interface Props {
  readonly queue: Queue;
  readonly asked: AskedQueue;
  readonly chosen: readonly Queued[];
  readonly selection: Selection;
  readonly onReview: () => void;
}

/** Stands in place of the filters while rows are selected. */
export function SelectionBar({ queue, asked, chosen, selection, onReview }: Props) {
  const all = useSelectAll(queue, selection);
  const counted = useCounts(asked)?.shows.find(({ show }) => show === 'mine')?.count ?? 0;
  const offersAll =
    !asked.q && (asked.show ?? 'mine') === 'mine' && counted > chosen.length && counted <= SELECT_ALL_MAX;
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-3">
      <span role="status" className="tabular px-2 font-medium">
        {all.loading ? say.selecting(queue.rows.length.toLocaleString()) : say.selected(chosen.length)}
      </span>
      <Button kind="quiet" className="h-7" onClick={() => selection.set([])}>
        {say.clear}
      </Button>
      {offersAll ? (
        <Button kind="quiet" className="h-7" busy={all.loading} onClick={all.start}>
          {say.selectAll(counted.toLocaleString())}
        </Button>
      ) : null}
      <span className="flex-1" />
      <Button kind="primary" className="h-7" onClick={onReview} disabled={all.loading}>
        {say.review} <span className="tabular">{chosen.length.toLocaleString()}</span>
        <Key>{words.approvals.signKey}</Key>
      </Button>
    </div>
  );
}

/** Selects every row there is, once the last page is here. */
function useSelectAll({ query, rows, loadMore }: Queue, selection: Selection) {
  const [wants, setWants] = useState(false);
  const { isFetchingNextPage, isFetchNextPageError, hasNextPage } = query;
  const { set } = selection;
  useEffect(() => {
    if (!wants) return;
    if (isFetchNextPageError) setWants(false);
    else if (hasNextPage && !isFetchingNextPage) loadMore?.();
    else if (!hasNextPage) {
      setWants(false);
      set(rows.map(({ id }) => id));
    }
  }, [wants, isFetchNextPageError, hasNextPage, isFetchingNextPage, loadMore, rows, set]);
  return { loading: wants, start: () => setWants(true) };
}
