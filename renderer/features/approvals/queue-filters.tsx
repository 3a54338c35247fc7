import { useRef } from 'react';
import type { QueueShow } from '../../../core/contract/index.ts';
import { PAYOUT_SOURCES } from '../../../core/contract/policy-terms.ts';
import { QUEUE_SHOWS } from '../../../core/contract/queue.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FILTER_BOX, FILTER_CHIP } from '../../ui/filter.ts';
import { SelectFilter } from '../../ui/filters.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useWidth } from '../../ui/use-width.ts';
import { type AskedQueue, isNarrowed, useCounts } from './use-queue.ts';

const say = words.approvals;
/** Below this a list of them opens instead, so that the filters stay on one line. */
const CHIPS_FROM_PX = 940;

/** What was followed from elsewhere narrows the list too, and is taken away by a press. */
function Narrowing({ name, label }: { readonly name: string; readonly label: string }) {
  return (
    <button
      type="button"
      data-set="true"
      onClick={() => setParam(name, '')}
      className={`inline-flex items-center gap-1 ${FILTER_BOX}`}
    >
      {label}
      <Icon name="close" className="size-3" />
    </button>
  );
}

interface ShowsProps {
  readonly asked: AskedQueue;
  readonly asChips: boolean;
}

/** Whose turn it is, with how many there are of each. */
function Shows({ asked, asChips }: ShowsProps) {
  const { params } = useRoute();
  const counts = useCounts(asked);
  const chosen = asked.show ?? 'mine';
  const countOf = (show: QueueShow) => counts?.shows.find((known) => known.show === show)?.count.toLocaleString() ?? '';
  const choose = (show: string) =>
    go({ open: null, params: { ...params, show: show === 'mine' ? '' : show } }, { replace: true });
  if (!asChips) {
    return (
      <SelectFilter
        label={say.filters.show}
        value={chosen}
        choices={QUEUE_SHOWS.map((show) => ({ value: show, label: `${say.shows[show]} ${countOf(show)}` }))}
        onChoose={choose}
      />
    );
  }
  return (
    <>
      <fieldset aria-label={say.filters.show} className="flex flex-wrap gap-0.5">
        {QUEUE_SHOWS.map((show) => (
          <button
            key={show}
            type="button"
            aria-pressed={show === chosen}
            onClick={() => choose(show)}
            className={FILTER_CHIP}
          >
            {say.shows[show]} <span className="tabular text-faint">{countOf(show)}</span>
          </button>
        ))}
      </fieldset>
      <span className="h-4 w-px bg-line" aria-hidden="true" />
    </>
  );
}

const ORDERS = Object.keys(say.sorts) as (keyof typeof say.sorts)[];

export function QueueFilters({ asked }: { readonly asked: AskedQueue }) {
  const { params } = useRoute();
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const counts = useCounts(asked);
  const order = `${asked.sort ?? 'created'}_${asked.order ?? 'asc'}`;
  const counted = (label: string, count: number) => `${label} · ${count.toLocaleString()}`;
  return (
    <div ref={room} className="flex min-w-0 flex-1 flex-wrap items-center gap-x-1.5 gap-y-1">
      <Shows asked={asked} asChips={width >= CHIPS_FROM_PX} />
      <SelectFilter
        label={say.filters.rail}
        any={say.filters.anyRail}
        value={asked.rail}
        choices={(counts?.rails ?? []).map(({ rail, count }) => ({
          value: rail,
          label: counted(words.rails[rail], count),
        }))}
        onChoose={(value) => setParam('rail', value)}
      />
      <SelectFilter
        label={say.filters.asset}
        any={say.filters.anyAsset}
        value={asked.assetId}
        choices={(counts?.assets ?? []).map(({ assetId, assetCode, count }) => ({
          value: assetId,
          label: counted(assetCode, count),
        }))}
        onChoose={(value) => setParam('asset', value)}
      />
      <SelectFilter
        label={say.filters.source}
        any={say.filters.anySource}
        value={asked.source}
        choices={PAYOUT_SOURCES.map((source) => ({
          value: source,
          label: counted(say.sources[source], counts?.sources.find((known) => known.source === source)?.count ?? 0),
        }))}
        onChoose={(value) => setParam('source', value)}
      />
      <SelectFilter
        label={say.filters.sort}
        value={order}
        choices={ORDERS.map((value) => ({ value, label: say.sorts[value] }))}
        onChoose={(value) => {
          const [sort = '', direction = ''] = value.split('_');
          go({ params: { ...params, sort, order: direction } }, { replace: true });
        }}
      />
      {asked.payee ? <Narrowing name="payee" label={say.filters.ofPayee} /> : null}
      {asked.importId ? <Narrowing name="import" label={say.filters.ofImport} /> : null}
      {asked.statementId ? <Narrowing name="statement" label={say.filters.ofStatement} /> : null}
      {isNarrowed(asked) ? (
        <button
          type="button"
          className={FILTER_CHIP}
          onClick={() => go({ params: { ...(params.show ? { show: params.show } : {}) } })}
        >
          {say.clear}
        </button>
      ) : null}
    </div>
  );
}
