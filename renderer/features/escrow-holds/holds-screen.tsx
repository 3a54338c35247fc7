import { ESCROW_STATUSES, type EscrowHold } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button, Key } from '../../ui/button.tsx';
import { FILTER_CHIP } from '../../ui/filter.ts';
import { Icon } from '../../ui/icon.tsx';
import { List } from '../../ui/list.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Empty, ErrorNote } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { HoldPanel } from './hold-panel.tsx';
import { HoldState } from './hold-status.tsx';
import { SetAsidePanel } from './set-aside-panel.tsx';
import { holdFilterOf, useHolds, useReleaseDue } from './use-holds.ts';

const say = words.holds;
const column = columnsOf<EscrowHold>();
const COLUMNS = column.columns([
  column.display({
    id: 'status',
    header: words.columns.status,
    meta: { width: '7rem' },
    cell: ({ row }) => <HoldState status={row.original.status} />,
  }),
  column.display({
    id: 'payee',
    header: words.columns.payee,
    meta: { width: 'minmax(7rem,1.2fr)' },
    cell: ({ row }) => <span className="font-medium">{row.original.payee.name}</span>,
  }),
  column.display({
    id: 'placement',
    header: say.placement,
    meta: { width: 'minmax(6rem,0.8fr)', from: 760 },
    cell: ({ row }) => <span className="text-soft">{row.original.placementId}</span>,
  }),
  column.display({
    id: 'reference',
    header: words.columns.reference,
    meta: { width: 'minmax(7rem,1fr)', from: 940 },
    cell: ({ row }) => <span className="text-soft">{row.original.reference}</span>,
  }),
  column.display({
    id: 'release',
    header: say.release,
    meta: { width: '11.5rem', from: 600 },
    cell: ({ row: { original } }) =>
      original.releaseAtMs === null ? (
        <span className="text-soft">{say.byHand}</span>
      ) : (
        <Moment atMs={original.releaseAtMs} />
      ),
  }),
  column.display({
    id: 'amount',
    header: words.columns.amount,
    meta: { width: 'minmax(9rem,0.7fr)', align: 'right' },
    cell: ({ row: { original } }) => (
      <Amount minor={original.amountMinor} scale={original.scale} code={original.assetCode} />
    ),
  }),
]);

const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

function Filters() {
  const { params } = useRoute();
  const { status: chosen } = holdFilterOf(params);
  return (
    <fieldset aria-label={words.columns.status} className="flex min-w-0 flex-1 flex-wrap gap-0.5">
      <button
        type="button"
        aria-pressed={chosen === undefined}
        onClick={() => setParam('status', '')}
        className={FILTER_CHIP}
      >
        {say.all}
      </button>
      {ESCROW_STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={chosen === status}
          onClick={() => setParam('status', chosen === status ? '' : status)}
          className={FILTER_CHIP}
        >
          {say.status[status]}
        </button>
      ))}
    </fieldset>
  );
}

function ReleaseDue() {
  const release = useReleaseDue();
  return (
    <>
      {release.data ? (
        <p role="status" className="text-xs text-soft">
          {say.processed(release.data.released)}
        </p>
      ) : null}
      <Button className="h-7" busy={release.isPending} onClick={() => release.mutate(undefined)}>
        {say.processDue}
      </Button>
      {release.isError ? <ErrorNote error={release.error} /> : null}
    </>
  );
}

export function HoldsScreen() {
  const me = useMe();
  const { open: openId, params } = useRoute();
  const filter = holdFilterOf(params);
  const { query, rows, loadMore } = useHolds(filter);
  const mayHold = hasAnyRole(me, ['operator']);
  const { cursorId, setCursor } = useListKeys({ rows, openId: openId === 'new' ? null : openId, onOpen: open });
  useCommands(mayHold ? { new: () => open('new') } : {});
  const empty =
    Object.keys(filter).length > 0 ? (
      <Empty title={say.noneMatch} next={say.noneMatchNext}>
        <Button onClick={() => go({ params: {} })}>{say.clear}</Button>
      </Empty>
    ) : (
      <Empty title={say.empty} next={say.emptyNext}>
        {mayHold ? (
          <Button kind="primary" onClick={() => open('new')}>
            {say.add}
          </Button>
        ) : null}
      </Empty>
    );
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex min-h-10 flex-wrap items-center justify-between gap-3 border-b border-line py-1.5 pr-5 pl-3">
          <Filters />
          {hasAnyRole(me, ['operator', 'controller', 'admin']) ? <ReleaseDue /> : null}
          {mayHold ? (
            <Button kind="primary" onClick={() => open('new')} className="h-7">
              <Icon name="plus" />
              {say.add}
              <Key>n</Key>
            </Button>
          ) : null}
        </div>
        {query.isError && rows.length === 0 ? (
          <div className="p-5">
            <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
          </div>
        ) : (
          <List
            label={say.label}
            rows={rows}
            columns={COLUMNS}
            cursorId={cursorId}
            openId={openId}
            onOpen={(id) => {
              setCursor(id);
              open(id);
            }}
            loading={query.isPending}
            empty={empty}
            onNearEnd={loadMore}
          />
        )}
        {query.isFetchNextPageError ? (
          <ErrorNote error={query.error} onRetry={() => void query.fetchNextPage()} />
        ) : null}
      </div>
      {openId === 'new' && mayHold ? <SetAsidePanel onClose={close} onSet={open} /> : null}
      {openId !== null && openId !== 'new' ? <HoldPanel key={openId} id={openId} onClose={close} /> : null}
    </>
  );
}
