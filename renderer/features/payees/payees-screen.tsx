import type { Payee } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { Button, Key } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { List } from '../../ui/list.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Empty, ErrorNote } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { AddPayeePanel } from './add-payee-panel.tsx';
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
    meta: { width: '8rem' },
    cell: ({ row }) => <span className="tabular text-soft">{row.original.reference}</span>,
  }),
  column.display({
    id: 'destination',
    header: words.payees.destinations,
    meta: { width: 'minmax(11rem,1fr)', from: 520 },
    cell: ({ row }) => {
      const [first, ...others] = row.original.destinations;
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
    id: 'email',
    header: words.payees.email,
    meta: { width: 'minmax(9rem,1fr)', from: 760 },
    cell: ({ row }) => <span className="text-soft">{row.original.email}</span>,
  }),
  column.display({
    id: 'added',
    header: words.payees.added,
    meta: { width: '6rem', from: 600 },
    cell: ({ row }) => <Ago atMs={row.original.createdAtMs} />,
  }),
]);

const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

export function PayeesScreen() {
  const me = useMe();
  const { open: openId, params } = useRoute();
  const { query, rows, loadMore } = usePayees(params.q);
  const mayAdd = hasAnyRole(me, ['operator', 'admin']);
  const { cursorId, setCursor } = useListKeys({ rows, openId: openId === 'new' ? null : openId, onOpen: open });
  useCommands(mayAdd ? { new: () => open('new') } : {});
  const addButton = (
    <Button kind="primary" onClick={() => open('new')}>
      {words.payees.add}
    </Button>
  );
  const empty = params.q ? (
    <Empty title={words.payees.noneMatch} next={words.payees.noneMatchNext}>
      <Button onClick={() => setParam('q', '')}>{words.payouts.clear}</Button>
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
        {mayAdd ? (
          <div className="flex justify-end border-b border-line px-5 py-1.5">
            <Button kind="primary" onClick={() => open('new')} className="h-7">
              <Icon name="plus" />
              {words.payees.add}
              <Key>n</Key>
            </Button>
          </div>
        ) : null}
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
      </div>
      {openId === 'new' && mayAdd ? <AddPayeePanel onClose={close} onAdded={open} /> : null}
      {openId !== null && openId !== 'new' ? <PayeePanel id={openId} onClose={close} /> : null}
    </>
  );
}
