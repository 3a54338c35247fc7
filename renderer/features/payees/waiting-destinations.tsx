import { useCallback, useEffect, useMemo, useState } from 'react';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { ListPane } from '../../ui/list-screen.tsx';
import { Empty, GoodNote } from '../../ui/states.tsx';
import { localTime } from '../../ui/time-text.ts';
import { ConfirmManyPanel } from './confirm-many-panel.tsx';
import { type Batch, useWaiting } from './use-waiting.ts';
import { waitingColumns } from './waiting-columns.tsx';
import { WaitingPanel } from './waiting-panel.tsx';

const say = words.payees.confirm;
const MANY = 'many';
const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

function useSelection() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (id: string) =>
      setSelected((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      }),
    [],
  );
  const select = useCallback((ids: readonly string[]) => setSelected(new Set(ids)), []);
  return { selected, toggle, select };
}

/** The queue of destinations for the second person, one by one or many at once. */
export function WaitingDestinations() {
  const { open: openId, params } = useRoute();
  const proposedAtMs = params.proposed ? Number(params.proposed) : null;
  const [wantsAll, setWantsAll] = useState(false);
  const { selected, toggle, select } = useSelection();
  const { query, rows, batches, complete, loaded, total, loadMore } = useWaiting({ all: wantsAll, proposedAtMs });
  const [done, setDone] = useState<string | null>(null);
  const columns = useMemo(() => waitingColumns(selected, toggle), [selected, toggle]);
  const mine = useMemo(() => rows.filter(({ mayConfirm }) => mayConfirm), [rows]);
  // Selected, and still waiting: somebody else may have been first with some of them.
  const chosen = useMemo(() => mine.filter(({ id }) => selected.has(id)), [mine, selected]);
  const at = rows.findIndex(({ id }) => id === openId);
  const opened = rows[at];
  // What was confirmed leaves the queue, and the one after it comes next.
  const next = rows[at + 1] ?? rows[at - 1];
  // Asked for before the last page was there: selected once it is.
  useEffect(() => {
    if (!wantsAll || !complete) return;
    setWantsAll(false);
    select(mine.map(({ id }) => id));
  }, [wantsAll, complete, mine, select]);
  const empty =
    proposedAtMs === null ? (
      <Empty title={say.empty} next={say.emptyNext} />
    ) : (
      <Empty title={say.emptyBatch} next={say.emptyBatchNext}>
        <Button onClick={() => setParam('proposed', '')}>{say.showAll}</Button>
      </Empty>
    );
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex min-h-10 flex-wrap items-center gap-3 border-b border-line py-1.5 pr-5 pl-3">
          <BatchFilter batches={batches} chosen={proposedAtMs} />
          <div className="flex-1" />
          {mine.length > 0 ? (
            <>
              {wantsAll && !complete ? (
                <span role="status" className="tabular text-xs text-soft">
                  {say.selectLoading(loaded.toLocaleString(), total.toLocaleString())}
                </span>
              ) : null}
              <Button kind="quiet" className="h-7" onClick={() => setWantsAll(true)} busy={wantsAll && !complete}>
                {say.selectAll}
              </Button>
            </>
          ) : null}
          {chosen.length > 0 ? (
            <>
              <Button kind="quiet" className="h-7" onClick={() => select([])}>
                {say.clear}
              </Button>
              <Button kind="primary" className="h-7" onClick={() => open(MANY)}>
                {say.review} <span className="tabular">{chosen.length.toLocaleString()}</span>
              </Button>
            </>
          ) : mine.length > 0 ? (
            <span className="flex items-center gap-1 text-xs text-faint">
              <Key>x</Key> {say.selectKey}
            </span>
          ) : null}
        </div>
        <ListPane
          label={say.label}
          list={{ query, rows, loadMore }}
          columns={columns}
          openId={openId}
          onOpen={open}
          loading={proposedAtMs !== null && rows.length === 0 && !complete}
          empty={empty}
          rowCommands={{ 'list.select': ({ id, mayConfirm }) => mayConfirm && toggle(id) }}
        />
        <div aria-live="polite" className="px-5 py-2 empty:hidden">
          {done === null ? null : <GoodNote>{done}</GoodNote>}
        </div>
      </div>
      {opened ? (
        <WaitingPanel
          key={opened.id}
          destination={opened}
          onClose={close}
          onConfirmed={(text) => {
            setDone(text);
            go({ open: next?.id ?? null }, { replace: true });
          }}
        />
      ) : null}
      {openId === MANY && chosen.length > 0 ? (
        <ConfirmManyPanel
          chosen={chosen}
          onOnly={(ids) => select(ids)}
          leftOut={complete ? rows.length - mine.length : 0}
          onClose={close}
          onConfirmed={(text) => {
            setDone(text);
            select([]);
            close();
          }}
        />
      ) : null}
    </>
  );
}

function BatchFilter({ batches, chosen }: { readonly batches: readonly Batch[]; readonly chosen: number | null }) {
  if (batches.length === 0 && chosen === null) return null;
  const known = batches.some(({ proposedAtMs }) => proposedAtMs === chosen);
  return (
    <select
      aria-label={say.batch}
      value={chosen ?? ''}
      onChange={(event) => setParam('proposed', event.target.value)}
      className="h-7 max-w-64 rounded-md border border-line bg-raised px-2 text-xs text-ink"
    >
      <option value="">{say.anyBatch}</option>
      {chosen !== null && !known ? <option value={chosen}>{localTime(chosen)}</option> : null}
      {batches.map(({ proposedAtMs, by, count }) => (
        <option key={proposedAtMs} value={proposedAtMs}>
          {say.batchOf(by, localTime(proposedAtMs), count.toLocaleString())}
        </option>
      ))}
    </select>
  );
}
