import { useMemo } from 'react';
import type { ServiceAccount } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { AddButton, ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusLike } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { ActPanel } from '../acts/act-panel.tsx';
import { readActKey } from '../acts/act-words.ts';
import { rolesText } from '../acts/governance-facts.tsx';
import { WaitingActs } from '../acts/waiting-acts.tsx';
import { CREDITS } from '../campaigns/use-campaigns.ts';
import { AccountPanel } from './account-panel.tsx';
import { RegisterPanel } from './register-panel.tsx';
import { useServiceAccounts } from './use-service-accounts.ts';

const say = words.services;

/** An account is known by its subject. */
type Row = ServiceAccount & { readonly id: string };

const column = columnsOf<Row>();
const COLUMNS = column.columns([
  column.display({
    id: 'status',
    header: words.columns.status,
    meta: { width: '6.5rem' },
    cell: ({ row: { original } }) => (
      <StatusLike like={original.status === 'active' ? 'approved' : 'cancelled'} word={say.status[original.status]} />
    ),
  }),
  column.display({
    id: 'name',
    header: say.name,
    meta: { width: 'minmax(8rem,1fr)' },
    cell: ({ row }) => <span className="font-medium">{row.original.name}</span>,
  }),
  column.display({
    id: 'subject',
    header: say.subject,
    meta: { width: 'minmax(8rem,1fr)', from: 520 },
    cell: ({ row }) => <span className="font-mono text-xs text-soft">{row.original.subject}</span>,
  }),
  column.display({
    id: 'roles',
    header: say.roles,
    meta: { width: 'minmax(8rem,1fr)', from: 640 },
    cell: ({ row }) => <span className="text-soft">{rolesText(row.original.roles)}</span>,
  }),
  column.display({
    id: 'cap',
    header: say.mintCap,
    meta: { width: '10rem', align: 'right', from: 820 },
    cell: ({ row: { original } }) =>
      original.mintCapMinor === null ? (
        <span className="text-faint">{say.mintsNothing}</span>
      ) : (
        <Amount minor={original.mintCapMinor} scale={CREDITS.scale} code={CREDITS.code} />
      ),
  }),
  column.display({
    id: 'seen',
    header: say.lastSeen,
    meta: { width: '6.5rem', from: 460 },
    cell: ({ row: { original } }) =>
      original.lastSeenAtMs === null ? (
        <span className="text-faint">{say.never}</span>
      ) : (
        <Ago atMs={original.lastSeenAtMs} />
      ),
  }),
]);

const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

export function ServiceAccounts() {
  const me = useMe();
  const { open: openId } = useRoute();
  const query = useServiceAccounts();
  const rows = useMemo(
    () => (query.data ?? []).map((account): Row => ({ ...account, id: account.subject })),
    [query.data],
  );
  const mayChange = hasAnyRole(me, ['admin']);
  const opened = rows.find(({ id }) => id === openId);
  const actId = readActKey(openId);
  return (
    <ListScreen
      bar={
        <>
          <ListBar>
            <p className="min-w-0 flex-1 pl-2 text-xs text-soft">{say.lead}</p>
            {mayChange ? <AddButton onAdd={() => open('new')}>{say.add}</AddButton> : null}
          </ListBar>
          <div className="border-b border-line px-5 py-2 empty:hidden">
            <WaitingActs only={({ kind }) => kind === 'service_account'} />
          </div>
        </>
      }
      label={say.label}
      list={{ query, rows }}
      columns={COLUMNS}
      openId={openId}
      onOpen={open}
      empty={<Empty title={say.empty} next={mayChange ? say.emptyNext : say.forbidden} />}
    >
      {openId === 'new' && mayChange ? <RegisterPanel onClose={close} /> : null}
      {actId === null ? null : <ActPanel key={actId} id={actId} onClose={close} />}
      {opened ? <AccountPanel key={opened.id} account={opened} mayChange={mayChange} onClose={close} /> : null}
    </ListScreen>
  );
}
