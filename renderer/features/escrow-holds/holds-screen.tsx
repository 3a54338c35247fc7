import { ESCROW_STATUSES, type EscrowHold } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { BarAction } from '../../ui/bar-action.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { AddButton, EmptyList, FilterChips, ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Moment } from '../../ui/time.tsx';
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
    <FilterChips
      label={words.columns.status}
      all={say.all}
      values={ESCROW_STATUSES}
      wordOf={(status) => say.status[status]}
      chosen={chosen}
      onChoose={(status) => setParam('status', status ?? '')}
    />
  );
}

function ReleaseDue() {
  const release = useReleaseDue();
  return (
    <BarAction
      label={say.processDue}
      action={release}
      said={release.data ? say.processed(release.data.released) : null}
      onPress={() => release.mutate(undefined)}
    />
  );
}

export function HoldsScreen() {
  const me = useMe();
  const { open: openId, params } = useRoute();
  const filter = holdFilterOf(params);
  const list = useHolds(filter);
  const mayHold = hasAnyRole(me, ['operator']);
  return (
    <ListScreen
      bar={
        <ListBar>
          <Filters />
          {hasAnyRole(me, ['operator', 'controller', 'admin']) ? <ReleaseDue /> : null}
          {mayHold ? <AddButton onAdd={() => open('new')}>{say.add}</AddButton> : null}
        </ListBar>
      }
      label={say.label}
      list={list}
      columns={COLUMNS}
      openId={openId}
      onOpen={open}
      empty={
        <EmptyList
          say={say}
          narrowed={Object.keys(filter).length > 0}
          onClear={() => go({ params: {} })}
          onAdd={mayHold ? () => open('new') : undefined}
        />
      }
    >
      {openId === 'new' && mayHold ? <SetAsidePanel onClose={close} onSet={open} /> : null}
      {openId !== null && openId !== 'new' ? <HoldPanel key={openId} id={openId} onClose={close} /> : null}
    </ListScreen>
  );
}
