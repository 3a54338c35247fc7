import type { Payout } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { AddButton, EmptyList, ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
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

const EMPTY_WORDS = { ...words.payouts, add: words.payouts.request };
const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

export function PayoutsScreen() {
  const me = useMe();
  const { open: openId, params } = useRoute();
  const asked = askedOf(params);
  const list = usePayouts(asked);
  const mayRequest = hasAnyRole(me, ['operator']);
  return (
    <ListScreen
      bar={
        <>
          <ListBar>
            <StatusFilter chosen={asked.status} />
            {mayRequest ? <AddButton onAdd={() => open('new')}>{words.payouts.request}</AddButton> : null}
          </ListBar>
          <PayoutFilters />
        </>
      }
      label={words.payouts.label}
      list={list}
      columns={COLUMNS}
      openId={openId}
      onOpen={open}
      empty={
        <EmptyList
          say={EMPTY_WORDS}
          narrowed={Object.keys(asked).length > 0}
          onClear={() => go({ params: {} })}
          onAdd={mayRequest ? () => open('new') : undefined}
        />
      }
    >
      {openId === 'new' && mayRequest ? <RequestPanel onClose={close} onRequested={open} /> : null}
      {openId !== null && openId !== 'new' ? <PayoutPanel key={openId} id={openId} onClose={close} /> : null}
    </ListScreen>
  );
}
