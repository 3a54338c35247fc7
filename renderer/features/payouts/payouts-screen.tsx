import type { Payout } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Button, Key } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { List } from '../../ui/list.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Empty, ErrorNote } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { PayoutFilters } from './payout-filters.tsx';
import { PayoutPanel } from './payout-panel.tsx';
import { RequestPanel } from './request-panel.tsx';
import { StatusFilter } from './status-filter.tsx';
import { askedOf, usePayouts } from './use-payouts.ts';

const column = columnsOf<Payout>();
const COLUMNS = column.columns([
  column.display({
    id: 'status',
    header: words.columns.status,
    meta: { width: '6.75rem' },
    cell: ({ row }) => <Status status={row.original.status} settled={row.original.settled} />,
  }),
  column.display({
    id: 'payee',
    header: words.columns.payee,
    meta: { width: 'minmax(7rem,1.2fr)' },
    cell: ({ row }) => <span className="font-medium">{row.original.payee.name}</span>,
  }),
  column.display({
    id: 'reference',
    header: words.columns.reference,
    meta: { width: 'minmax(7rem,1fr)', from: 700 },
    cell: ({ row }) => <span className="text-soft">{row.original.reference}</span>,
  }),
  column.display({
    id: 'destination',
    header: words.columns.destination,
    meta: { width: '8.5rem', from: 850 },
    cell: ({ row }) => <ShortAddress address={row.original.destination.address} />,
  }),
  column.display({
    id: 'rail',
    header: words.columns.rail,
    meta: { width: '6rem', from: 970 },
    cell: ({ row }) => words.rails[row.original.rail],
  }),
  column.display({
    id: 'amount',
    header: words.columns.amount,
    meta: { width: 'minmax(9rem,0.7fr)', align: 'right' },
    cell: ({ row: { original } }) => (
      <Amount minor={original.amountMinor} scale={original.scale} code={original.assetCode} />
    ),
  }),
  column.display({
    id: 'created',
    header: words.columns.created,
    meta: { width: '6rem', from: 570 },
    cell: ({ row }) => <Ago atMs={row.original.createdAtMs} />,
  }),
]);

const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

export function PayoutsScreen() {
  const me = useMe();
  const { open: openId, params } = useRoute();
  const asked = askedOf(params);
  const { query, rows, loadMore } = usePayouts(asked);
  const mayRequest = hasAnyRole(me, ['operator']);
  const { cursorId, setCursor } = useListKeys({ rows, openId: openId === 'new' ? null : openId, onOpen: open });
  useCommands(mayRequest ? { new: () => open('new') } : {});
  const narrowed = Object.keys(asked).length > 0;

  const empty = narrowed ? (
    <Empty title={words.payouts.noneMatch} next={words.payouts.noneMatchNext}>
      <Button onClick={() => go({ params: {} })}>{words.payouts.clear}</Button>
    </Empty>
  ) : (
    <Empty title={words.payouts.empty} next={words.payouts.emptyNext}>
      {mayRequest ? (
        <Button kind="primary" onClick={() => open('new')}>
          {words.payouts.request}
        </Button>
      ) : null}
    </Empty>
  );

  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex items-center justify-between gap-3 border-b border-line py-1.5 pr-5 pl-3">
          <StatusFilter chosen={asked.status} />
          {mayRequest ? (
            <Button kind="primary" onClick={() => open('new')} className="h-7">
              <Icon name="plus" />
              {words.payouts.request}
              <Key>n</Key>
            </Button>
          ) : null}
        </div>
        <PayoutFilters />
        {query.isError && rows.length === 0 ? (
          <div className="p-5">
            <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
          </div>
        ) : (
          <List
            label={words.payouts.label}
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
      {openId === 'new' && mayRequest ? <RequestPanel onClose={close} onRequested={open} /> : null}
      {openId !== null && openId !== 'new' ? <PayoutPanel key={openId} id={openId} onClose={close} /> : null}
    </>
  );
}
