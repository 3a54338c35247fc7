import type { Payee } from '../../../core/contract/index.ts';
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
import { Ago } from '../../ui/time.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
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
  const { query, rows, loadMore } = usePayees(filter);
  const mayAdd = hasAnyRole(me, ['operator', 'admin']);
  const { cursorId, setCursor } = useListKeys({ rows, openId: openId === 'new' ? null : openId, onOpen: open });
  useCommands(mayAdd ? { new: () => open('new') } : {});
  const addButton = (
    <Button kind="primary" onClick={() => open('new')}>
      {words.payees.add}
    </Button>
  );
  const empty =
    Object.keys(filter).length > 0 ? (
      <Empty title={words.payees.noneMatch} next={words.payees.noneMatchNext}>
        <Button onClick={() => go({ params: {} })}>{words.payees.clear}</Button>
        {mayAdd ? addButton : null}
      </Empty>
    ) : (
      <Empty title={words.payees.empty} next={words.payees.emptyNext}>
        {mayAdd ? addButton : null}
      </Empty>
    );
  return (
    <>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex items-center justify-between gap-3 border-b border-line py-1.5 pr-5 pl-3">
          <PayeeFilters />
          {mayAdd ? (
            <Button kind="primary" onClick={() => open('new')} className="h-7">
              <Icon name="plus" />
              {words.payees.add}
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
            label={words.payees.label}
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
      {openId === 'new' && mayAdd ? <AddPayeePanel onClose={close} onAdded={open} /> : null}
      {openId !== null && openId !== 'new' ? <PayeePanel key={openId} id={openId} onClose={close} /> : null}
    </>
  );
}
