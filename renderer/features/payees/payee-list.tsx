import type { Payee } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { AddButton, EmptyList, ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Ago } from '../../ui/time.tsx';
import { AddPayeePanel } from './add-payee-panel.tsx';
import { PayeeFilters, payeeFilterOf } from './payee-filters.tsx';
import { PayeeFlags } from './payee-flags.tsx';
import { PayeePanel } from './payee-panel.tsx';
import { usePayees } from './use-payees.ts';

const column = columnsOf<Payee>();
const COLUMNS = column.columns([
  column.display({
    id: 'name',
    header: words.payees.name,
    meta: { width: 'minmax(9rem,1.2fr)' },
    cell: ({ row: { original } }) => (
      <span className={original.status === 'closed' ? 'text-faint' : 'font-medium'}>
        {original.name}
        {original.status === 'closed' ? ` · ${words.payees.status.closed}` : ''}
      </span>
    ),
  }),
  column.display({
    id: 'reference',
    header: words.payees.reference,
    meta: { width: 'minmax(9rem,0.8fr)', from: 360 },
    cell: ({ row }) => <span className="tabular text-soft">{row.original.reference}</span>,
  }),
  column.display({
    id: 'destination',
    header: words.payees.destinations,
    meta: { width: 'minmax(11rem,1fr)', from: 600 },
    cell: ({ row }) => {
      const [first, ...others] = row.original.destinations.filter(({ status }) => status !== 'retired');
      if (!first) return null;
      return (
        <span className="text-soft">
          {words.rails[first.rail]} <ShortAddress address={first.address} />
          {others.length > 0 ? ` +${others.length}` : ''}
        </span>
      );
    },
  }),
  column.display({
    id: 'flags',
    header: words.payees.confirm.flags,
    meta: { width: '7rem', from: 560 },
    cell: ({ row }) => <PayeeFlags payee={row.original} />,
  }),
  column.display({
    id: 'owed',
    header: words.payees.owed,
    meta: { width: 'minmax(8rem,0.6fr)', align: 'right', from: 420 },
    cell: ({ row: { original } }) => {
      const [first, ...others] = original.owed;
      if (!first) return null;
      return (
        <span className="whitespace-nowrap">
          {others.length > 0 ? <span className="mr-1.5 text-xs text-faint">+{others.length}</span> : null}
          <Amount minor={first.amountMinor} scale={first.scale} code={first.assetCode} />
        </span>
      );
    },
  }),
  column.display({
    id: 'email',
    header: words.payees.email,
    meta: { width: 'minmax(9rem,1fr)', from: 980 },
    cell: ({ row }) => <span className="text-soft">{row.original.email}</span>,
  }),
  column.display({
    id: 'added',
    header: words.payees.added,
    meta: { width: '6rem', from: 860 },
    cell: ({ row }) => <Ago atMs={row.original.createdAtMs} />,
  }),
]);

const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

export function PayeeList() {
  const me = useMe();
  const { open: openId, params } = useRoute();
  const filter = payeeFilterOf(params);
  const list = usePayees(filter);
  const mayAdd = hasAnyRole(me, ['operator', 'admin']);
  return (
    <ListScreen
      bar={
        <ListBar>
          <PayeeFilters />
          {mayAdd ? <AddButton onAdd={() => open('new')}>{words.payees.add}</AddButton> : null}
        </ListBar>
      }
      label={words.payees.label}
      list={list}
      columns={COLUMNS}
      openId={openId}
      onOpen={open}
      empty={
        <EmptyList
          say={words.payees}
          narrowed={Object.keys(filter).length > 0}
          onClear={() => go({ params: {} })}
          onAdd={mayAdd ? () => open('new') : undefined}
        />
      }
    >
      {openId === 'new' && mayAdd ? <AddPayeePanel onClose={close} onAdded={open} /> : null}
      {openId !== null && openId !== 'new' ? <PayeePanel key={openId} id={openId} onClose={close} /> : null}
    </ListScreen>
  );
}
