import type { Alert } from '../../../core/contract/index.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FILTER_CHIP } from '../../ui/filter.ts';
import { columnsOf } from '../../ui/list-columns.ts';
import { ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { AlertPanel } from './alert-panel.tsx';
import { AlertState } from './alert-state.tsx';
import { sayAlert } from './alert-words.ts';
import { Severity } from './severity.tsx';
import { useClearedAlerts, useOpenAlerts } from './use-alerts.ts';

const say = words.alerts;
const column = columnsOf<Alert>();
const COLUMNS = column.columns([
  column.display({
    id: 'severity',
    header: words.columns.status,
    meta: { width: '6.5rem' },
    cell: ({ row }) => <Severity alert={row.original} />,
  }),
  column.display({
    id: 'what',
    header: say.what,
    meta: { width: 'minmax(14rem,1.2fr)' },
    cell: ({ row: { original } }) => (
      <span className={original.waits ? 'font-medium' : ''}>{sayAlert(original.facts).title}</span>
    ),
  }),
  column.display({
    id: 'cause',
    header: say.cause,
    meta: { width: 'minmax(10rem,1.6fr)', from: 860 },
    cell: ({ row: { original } }) => {
      const { cause } = sayAlert(original.facts);
      return (
        <span className="truncate text-soft" title={cause}>
          {cause}
        </span>
      );
    },
  }),
  column.display({
    id: 'since',
    header: say.since,
    meta: { width: '7rem', from: 560 },
    cell: ({ row }) => <Ago atMs={row.original.sinceMs} />,
  }),
  column.display({
    id: 'state',
    header: say.state,
    meta: { width: 'minmax(10rem,0.8fr)', from: 700 },
    cell: ({ row }) => <AlertState alert={row.original} />,
  }),
]);

const SHOWN = ['open', 'cleared'] as const;
const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

function Shown({ chosen }: { readonly chosen: (typeof SHOWN)[number] }) {
  return (
    <ListBar>
      <fieldset aria-label={words.columns.status} className="flex gap-0.5">
        {SHOWN.map((value) => (
          <button
            key={value}
            type="button"
            aria-pressed={chosen === value}
            onClick={() => setParam('show', value === 'open' ? '' : value)}
            className={FILTER_CHIP}
          >
            {say.show[value]}
          </button>
        ))}
      </fieldset>
    </ListBar>
  );
}

function OpenAlerts({ openId }: { readonly openId: string | null }) {
  const query = useOpenAlerts();
  return (
    <ListScreen
      bar={<Shown chosen="open" />}
      label={say.label}
      list={{ query, rows: query.data ?? [] }}
      columns={COLUMNS}
      openId={openId}
      onOpen={open}
      empty={<Empty title={say.empty} next={say.emptyNext} />}
    />
  );
}

function ClearedAlerts({ openId }: { readonly openId: string | null }) {
  return (
    <ListScreen
      bar={<Shown chosen="cleared" />}
      label={say.label}
      list={useClearedAlerts()}
      columns={COLUMNS}
      openId={openId}
      onOpen={open}
      empty={<Empty title={say.noneCleared} next={say.noneClearedNext} />}
    />
  );
}

export function AlertsScreen() {
  const { open: openId, params } = useRoute();
  return (
    <>
      {params.show === 'cleared' ? <ClearedAlerts openId={openId} /> : <OpenAlerts openId={openId} />}
      {openId === null ? null : <AlertPanel key={openId} id={openId} onClose={close} />}
    </>
  );
}
