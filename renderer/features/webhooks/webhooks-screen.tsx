import type { WebhookEndpoint } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { columnsOf } from '../../ui/list-columns.ts';
import { AddButton, ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { EndpointPanel } from './endpoint-panel.tsx';
import { EndpointState, eventsText } from './endpoint-state.tsx';
import { ProposePanel } from './propose-panel.tsx';
import { useWebhooks } from './use-webhooks.ts';

const say = words.webhooks;

const column = columnsOf<WebhookEndpoint>();
const COLUMNS = column.columns([
  column.display({
    id: 'status',
    header: words.columns.status,
    meta: { width: '12rem' },
    cell: ({ row }) => <EndpointState endpoint={row.original} />,
  }),
  column.display({
    id: 'description',
    header: say.description,
    meta: { width: 'minmax(8rem,0.9fr)' },
    cell: ({ row }) => <span className="truncate font-medium">{row.original.description}</span>,
  }),
  column.display({
    id: 'url',
    header: say.url,
    meta: { width: 'minmax(10rem,1.2fr)', from: 620 },
    cell: ({ row: { original } }) => (
      <span className="truncate font-mono text-xs text-soft" title={original.url}>
        {original.url}
      </span>
    ),
  }),
  column.display({
    id: 'events',
    header: say.events,
    meta: { width: 'minmax(8rem,1fr)', from: 860 },
    cell: ({ row: { original } }) => (
      <span className="truncate text-soft" title={eventsText(original.events)}>
        {eventsText(original.events)}
      </span>
    ),
  }),
  column.display({
    id: 'waiting',
    header: say.waiting,
    meta: { width: '5.5rem', align: 'right', from: 500 },
    cell: ({ row }) => (row.original.waiting > 0 ? <span className="tabular">{row.original.waiting}</span> : null),
  }),
]);

const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

export function WebhooksScreen() {
  const { open: openId } = useRoute();
  const query = useWebhooks();
  const rows = query.data?.endpoints ?? [];
  const mayChange = hasAnyRole(useMe(), ['admin']);
  const opened = rows.find(({ id }) => id === openId);
  return (
    <ListScreen
      bar={
        <ListBar>
          <p className="min-w-0 flex-1 pl-2 text-xs text-soft">{say.lead}</p>
          {mayChange ? <AddButton onAdd={() => open('new')}>{say.add}</AddButton> : null}
        </ListBar>
      }
      label={say.label}
      list={{ query, rows }}
      columns={COLUMNS}
      openId={openId}
      onOpen={open}
      empty={<Empty title={say.empty} next={mayChange ? say.emptyNext : say.forbidden} />}
    >
      {openId === 'new' && mayChange ? (
        <ProposePanel events={query.data?.events ?? []} onProposed={open} onClose={close} />
      ) : null}
      {opened ? (
        <EndpointPanel
          key={opened.id}
          endpoint={opened}
          publicKey={query.data?.publicKey ?? null}
          mayChange={mayChange}
          onClose={close}
        />
      ) : null}
    </ListScreen>
  );
}
