import { type PayoutSchedule, SCHEDULE_STATUSES } from '../../../core/contract/index.ts';
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
import { SchedulePanel } from './schedule-panel.tsx';
import { ScheduleState } from './schedule-status.tsx';
import { scheduleFilterOf, useProcessDue, useSchedules } from './use-schedules.ts';
import { WriteSchedulePanel } from './write-schedule-panel.tsx';

const say = words.schedules;
const column = columnsOf<PayoutSchedule>();
const COLUMNS = column.columns([
  column.display({
    id: 'status',
    header: words.columns.status,
    meta: { width: '7.5rem' },
    cell: ({ row }) => <ScheduleState status={row.original.status} />,
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
    meta: { width: 'minmax(7rem,1fr)', from: 780 },
    cell: ({ row }) => <span className="text-soft">{row.original.reference}</span>,
  }),
  column.display({
    id: 'placement',
    header: say.placement,
    meta: { width: 'minmax(6rem,0.7fr)', from: 960 },
    cell: ({ row }) => <span className="text-soft">{row.original.placementId}</span>,
  }),
  column.display({
    id: 'due',
    header: say.due,
    meta: { width: '11.5rem', from: 600 },
    cell: ({ row }) => <Moment atMs={row.original.dueAtMs} />,
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
  const { status: chosen } = scheduleFilterOf(params);
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
      {SCHEDULE_STATUSES.map((status) => (
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

function ProcessDue() {
  const process = useProcessDue();
  const { data } = process;
  return (
    <>
      {data ? (
        <p role="status" className="text-xs text-soft">
          {say.processed(data.processed, data.failed, data.waiting)}
        </p>
      ) : null}
      <Button className="h-7" busy={process.isPending} onClick={() => process.mutate(undefined)}>
        {say.processDue}
      </Button>
      {process.isError ? <ErrorNote error={process.error} /> : null}
    </>
  );
}

export function SchedulesScreen() {
  const me = useMe();
  const { open: openId, params } = useRoute();
  const filter = scheduleFilterOf(params);
  const { query, rows, loadMore } = useSchedules(filter);
  const mayWrite = hasAnyRole(me, ['operator']);
  const { cursorId, setCursor } = useListKeys({ rows, openId: openId === 'new' ? null : openId, onOpen: open });
  useCommands(mayWrite ? { new: () => open('new') } : {});
  const empty =
    Object.keys(filter).length > 0 ? (
      <Empty title={say.noneMatch} next={say.noneMatchNext}>
        <Button onClick={() => go({ params: {} })}>{say.clear}</Button>
      </Empty>
    ) : (
      <Empty title={say.empty} next={say.emptyNext}>
        {mayWrite ? (
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
          {hasAnyRole(me, ['operator', 'controller', 'admin']) ? <ProcessDue /> : null}
          {mayWrite ? (
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
      {openId === 'new' && mayWrite ? <WriteSchedulePanel onClose={close} onWritten={open} /> : null}
      {openId !== null && openId !== 'new' ? <SchedulePanel key={openId} id={openId} onClose={close} /> : null}
    </>
  );
}
